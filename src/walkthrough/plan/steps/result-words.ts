/** What a sentence says of something that is tried. */
export type Said = 'success' | 'failure'

// prettier-ignore
const FAILS: readonly RegExp[] = [
  // English
  /\b(?:does|do|did|will|would|can|could|is|was|should)(?:n['’]t| not|not)\b(?: \w+){0,3}? ?\b(?:work|go through|get through|reach|respond|answer|reply|succeed|ping|connect|access|get|communicate|talk|possible|able|reachable|accessible|successful)/i,
  /\b(?:fails?|failed|failing|unreach\w*|times? out|timed out|unable to|unsuccessful|in vain|refused|no (?:reply|answer|response|route to)|no longer (?:works?|reach|respond|answer|ping)|nothing (?:comes back|happens)|packets? (?:is|are|gets?) (?:dropped|lost)|100% (?:packet )?loss)\b/i,
  /\b(?:does|do|did|will|ca)(?:n['’]t| not|nnot) (?:see|get|receive|show) (?:anything|any (?:repl|respon|answer|packet))|\b(?:see|get|receive)s? nothing\b/i,
  /\bnot reachable\b|\b(?:wo|does|do|did|ca|could|would)nt (?:\w+ )?(?:work|respond|answer|reply|ping|reach|connect)\b/i,
  // Chinese
  /不通|(?:不能|无法|没法|没能|不可以)\s*(?:\w+\s*)?(?:ping|访问|连接?|通|到达|互通|通信|联通|上网|解析)|失败|没有?(?:任何)?(?:响应|回应|反应|回复|返回)|不可达|(?:访问|连|ping)\s*不\s*(?:了|到|上)|超时|报错|被(?:拒绝|丢弃)/i,
  // German
  /\b(?:geht|gehen|funktioniert|klappt|antwortet|erreicht|läuft|kommt)\b[^.]{0,40}\b(?:nicht|kein\w*)\b|nicht (?:erreichbar|möglich)|schlägt\b.*\bfehl|fehlgeschlagen|scheitert|keine Antwort|kann\b.*\bnicht\b.*\b(?:erreichen|pingen)/i,
  // French
  /\bne\s+(?:\w+\s+)?(?:fonctionne|marche|répond|passe|peut|joint|aboutit)\w*\b[^.]{0,20}\b(?:pas|plus)\b|n['’]aboutit pas|échou|injoignable|inaccessible|(?:pas de|aucune) réponse/i,
  // Spanish
  /\bno\s+(?:\w+\s+)?(?:funciona|responde|llega|hay respuesta|se puede|puede|alcanza|pasa)|\bfalla|inalcanzable|sin respuesta/i,
  // Japanese
  /届(?:か|き)(?:な|ま)|通(?:ら|り)(?:ない|なく|ません)|できな|できませ|失敗|応答(?:が|は)?(?:な|あり?ませ)|到達不能|つなが(?:らな|りませ)|繋が(?:らな|りませ)|疎通(?:し|でき)/,
  // Russian
  /(?:^|\s)не\s+(?:\p{L}+\s+)?(?:работ|проход|пройд|отвеч|пингу|уда|може|доступ)|недоступ|нет ответа|безуспеш|неудач/iu,
]

// prettier-ignore
const WORKS: readonly RegExp[] = [
  /\b(?:works?|worked|working|succeeds?|succeeded|successful(?:ly)?|is reachable|are reachable|goes through|gets through|can (?:now )?(?:ping|reach|access|connect|talk|communicate)|able to|gets? (?:a )?(?:reply|replies|answers?)|replies|answers|responds|no longer fails?)\b/i,
  /(?:可以|能够?|已经?|就)[^，。,;；没不]{0,16}(?:ping\s*通|访问|互通|连通|通信|通了|到达|联通|接收|接受|上网)|成功|互通|ping\s*通了|畅通|正常(?:访问|通信|ping)/i,
  /\b(?:funktioniert|klappt|geht)\b(?!.*\bnicht\b)|erreichbar|erfolgreich|antwortet/i,
  /\b(?:fonctionne|marche|répond|passe)\b|joignable|accessible|réussi|avec succès/i,
  /\b(?:funciona|responde|llega)\b|alcanzable|con éxito|correctamente/i,
  /成功|届(?:く|き(?:ます|まし))|通(?:る|り(?:ます|まし))|疎通でき(?:る|た|ます|まし)|できる|できます|できました|応答が(?:あ|返)/,
  /(?:^|\s)(?:работает|проходит|отвечает|доступ(?:ен|на|но)|успешно|получилось)/iu,
]

// prettier-ignore
/** What would be: nobody has done it. */
const HYPOTHETICAL = /如果|假如|假设|要是|倘若|否则|不然|若|\b(?:if|without|unless|otherwise|would|imagine|suppose|until|before we|once)\b|\b(?:wenn|falls|ohne|sonst|würde|bevor)\b|(?:^|[^\p{L}])(?:si|sans|sinon|avant que|sin|antes de)\s|もし|なければ|(?:^|\s)(?:если|без|иначе)\s/iu
/** `If DNS does not work yet, test with curl:` what may be, in front of what is to be done then. */
// prettier-ignore
const CONDITION = /(?:^|[\s,，])(?:(?:in case|if|unless|wenn|falls|si|если)\s|(?:如果|假如|要是|倘若|もし))[^,，:：]*[,，]/giu
const UNTIL = /^(.*\b(?:fails?|not work|n['’]t work)\b.*?),? (?:until|till|unless)\b.*$/is
/** That failing is over, or is not to be. */
// prettier-ignore
const NO_FAILURE = /\b(?:no longer fails?|(?:does|do|did|will|should)(?:n['’]t| not) fail|never fails?|failover)\b|不会(?:失败|超时)|不再(?:失败|超时)|(?:nicht mehr|kein) fehl/gi
// prettier-ignore
const NOW = /\b(?:now|this time|finally|jetzt|nun|diesmal|maintenant|cette fois|ahora|esta vez)\b|现在|这次|此时就|终于|今度|теперь|сейчас/iu

/**
 * What a sentence says, when it says one thing. What would be is nobody's result, unless the sentence
 * announces a command that does it: `If you ping it now, it fails:`.
 */
export function saidOf(sentence: string, isAnnouncing = false): Said | undefined {
  // What fails until something is done fails now.
  const now = isAnnouncing ? sentence.replace(UNTIL, '$1') : sentence
  if (HYPOTHETICAL.test(now) && !(isAnnouncing && COLON.test(now))) return undefined
  const plain = now.replace(CONDITION, ' ').replace(NO_FAILURE, 'works')
  const fails = FAILS.some(pattern => pattern.test(plain))
  if (fails) {
    // "which failed before, works now"
    const rest = FAILS.reduce((text, pattern) => text.replace(pattern, ' '), plain)
    return NOW.test(rest) && WORKS.some(pattern => pattern.test(rest)) ? 'success' : 'failure'
  }
  return WORKS.some(pattern => pattern.test(plain)) ? 'success' : undefined
}

const COLON = /[:：]\s*$/

/** Announces what comes after it: `Now it works:`. */
export const pointsForward = (sentence: string): boolean =>
  COLON.test(sentence) || /\bwill\b|\bwird\b/i.test(sentence) || NOW.test(sentence)

/** Looks back at what was done. */
// prettier-ignore
export const pointsBack = (sentence: string): boolean =>
  /^\s*(?:发现|结果|可以看到|看到|可见|说明|as (?:you can|we|expected)|we (?:can )?see|you (?:can )?see|the (?:ping|request|connection|output|result)|it |this |that |wie (?:man|erwartet)|man sieht|das |es |on voit|como se ve|vemos|結果|как видно|видим)/iu.test(sentence)

/** Sentences of a text, without empty ones; the end of each stays. */
export const sentencesOf = (text: string): string[] =>
  text
    .slice(0, 4000)
    .split(/(?<=[。！？!?；;\n])|(?<=\.)(?=\s|$)/)
    .map(sentence => sentence.trim())
    .filter(sentence => sentence !== '')
