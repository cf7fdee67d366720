/** glibc's and bash's words, as distributions ship them, by what they say without a locale. */
const WORDS: Readonly<Record<string, readonly string[]>> = {
  'No such file or directory': [
    '没有那个文件或目录',
    'Datei oder Verzeichnis nicht gefunden',
    'Aucun fichier ou dossier de ce (?:type|nom)',
    'No existe el (?:fichero|archivo) o el directorio',
    'そのようなファイルやディレクトリはありません',
    'Нет такого файла или каталога',
  ],
  'File exists': [
    '文件已存在',
    'Die Datei existiert bereits',
    'Le fichier existe',
    'El (?:fichero|archivo) ya existe',
    'ファイルが存在します',
    'Файл существует',
  ],
  'Operation not permitted': [
    '不允许的操作',
    '(?:Die Operation ist nicht erlaubt|Vorgang nicht zulässig)',
    'Opération non permise',
    'Operación no permitida',
    '許可されていない操作です',
    'Операция не позволена',
  ],
  'Permission denied': [
    '权限不够',
    'Keine Berechtigung',
    'Permission non accordée',
    'Permiso denegado',
    '許可がありません',
    'Отказано в доступе',
  ],
  'Network is unreachable': [
    '网络不可达',
    'Das Netzwerk ist nicht erreichbar',
    "Le réseau n['’]est pas accessible",
    'La red es inaccesible',
    'ネットワークに(?:届きません|到達できません)',
    'Сеть недоступна',
  ],
  'No route to host': [
    '没有到主机的路由',
    'Keine Route zum Zielrechner',
    "Aucun chemin d['’]accès pour atteindre l['’]hôte cible",
    '(?:No existe ninguna|No hay) ruta hasta el .host.',
    'ホストへの経路がありません',
    'Нет маршрута до узла',
  ],
  'Connection refused': [
    '(?:拒绝连接|连接被拒绝)',
    'Verbindungsaufbau abgelehnt',
    'Connexion refusée',
    'Conexión rehusada',
    '接続を拒否されました',
    'В соединении отказано',
  ],
  'Connection timed out': [
    '连接超时',
    'Die Wartezeit für die Verbindung ist abgelaufen',
    "Connexion terminée par expiration du délai d['’]attente",
    'Expiró el tiempo de conexión',
    '接続がタイムアウトしました',
    'Время ожидания соединения истекло',
  ],
  'No such device': [
    '没有那个设备',
    'Kein passendes Gerät gefunden',
    'Aucun périphérique de ce type',
    'No existe el dispositivo',
    'そのようなデバイスはありません',
    'Нет такого устройства',
  ],
  'No such process': [
    '没有那个进程',
    'Kein passender Prozess gefunden',
    'Aucun processus de ce type',
    'No existe el proceso',
    'そのようなプロセスはありません',
    'Нет такого процесса',
  ],
  'Invalid argument': [
    '无效的参数',
    'Das Argument ist ungültig',
    'Argument invalide',
    'Argumento inválido',
    '無効な引数です',
    'Недопустимый аргумент',
  ],
  'Cannot assign requested address': [
    '无法指定被请求的地址',
    'Die angeforderte Adresse kann nicht zugewiesen werden',
    "Impossible d['’]assigner l['’]adresse demandée",
    'No se puede asignar la dirección solicitada',
    '要求されたアドレスを割り当てられません',
    'Невозможно назначить запрошенный адрес',
  ],
  'Operation not supported': [
    '不支持的操作',
    'Die Operation wird nicht unterstützt',
    'Opération non supportée',
    'Operación no soportada',
    'サポートされていない操作です',
    'Операция не поддерживается',
  ],
  'Address already in use': [
    '地址已在使用',
    'Die Adresse wird bereits verwendet',
    'Adresse déjà utilisée',
    'La dirección ya se está usando',
    'アドレスは既に使用中です',
    'Адрес уже используется',
  ],
  'Name or service not known': [
    '未知的名称或服务',
    'Der Name oder der Dienst ist nicht bekannt',
    'Nom ou service inconnu',
    'Nombre o servicio desconocido',
    '名前またはサービスが不明です',
    'Имя или служба не известны',
  ],
  'Temporary failure in name resolution': [
    '域名解析(?:出现)?暂时(?:性)?(?:错误|失败)',
    'Temporärer Fehler bei der Namensauflösung',
    'Échec temporaire dans la résolution du nom',
    'Fallo temporal en la resolución del nombre',
    '名前解決に一時的に失敗しました',
    'Временный сбой в разрешении имен',
  ],
  'command not found': [
    '未找到命令(?:\\.\\.\\.)?',
    'Kommando nicht gefunden\\.?',
    'commande (?:introuvable|inconnue)',
    'orden no encontrada',
    'コマンドが見つかりません',
    'команда не найдена',
  ],
  'Destination Host Unreachable': [
    '目标主机不可达',
    'Zielhost nicht erreichbar',
    'Hôte (?:de destination|destinataire) (?:injoignable|inaccessible)',
    '(?:Máquina|Host) de destino inaccesible',
    '宛先ホストに(?:到達|通信)できません',
    'Узел назначения недоступен',
  ],
  'Destination Net Unreachable': [
    '目标网络不可达',
    'Zielnetz nicht erreichbar',
    'Réseau (?:de destination|destinataire) (?:injoignable|inaccessible)',
    'Red de destino inaccesible',
    '宛先ネットワークに(?:到達|通信)できません',
    'Сеть назначения недоступна',
  ],
}

const isAscii = (text: string) => /^[\x00-\x7f]*$/.test(text)

type Saying = readonly [pattern: RegExp, instead: string]

/** iputils, by the shape of its lines: numbers and addresses stand in the same order. */
const PING: readonly Saying[] = [
  [/^(PING .*\b\d+\(\d+\)) ?(?!bytes of data)[^\d\s].*$/u, '$1 bytes of data.'],
  [
    /^(\d+) ?(?!bytes from )[^\d\s:].*? ((?:\S+ \()?[\da-f.:]+\)?) ?: (icmp_seq=\d+ ttl=\d+) [^\s=]+=([\d.,]+) ?\D{1,5}$/u,
    '$1 bytes from $2: $3 time=$4 ms',
  ],
  [
    /^--- (?!.* ping statistics ---$)(?=.*ping)(?:.* )?([\w-]*[.:][\w.:-]*|localhost)(?: .*)? ---$/iu,
    '--- $1 ping statistics ---',
  ],
  [
    /^(?=[^/]*(?:paket|paquet|pacot|pacchett|包|パケット|пакет))(?!\d+ packets? transmitted)\D*(\d+)\D+?(\d+)\D.*?([\d.]+) ?%.*$/iu,
    '$1 packets transmitted, $2 received, $3% packet loss',
  ],
  [/^(?:Von|De|Desde|Da|来自|送信元|От|С) ?(\S+) (icmp_seq=\d+) /u, 'From $1 $2 '],
]

/** Most lines are in English: what no line is without that is in another language. */
const OTHER = new RegExp(
  ['[^\\x00-\\x7f]', 'icmp_seq', '^PING ', '^--- ', '%']
    .concat(Object.values(WORDS).flatMap(others => others.filter(isAscii)))
    .join('|'),
)
const known = new Map<string, string>()
let sayings: readonly Saying[] | undefined

const sayingsOf = (): readonly Saying[] => [
  ...Object.entries(WORDS).map(([english, others]): Saying => [
    new RegExp(`(?:${others.join('|')})`, 'u'),
    english,
  ]),
  ...PING,
]

/**
 * What a tool printed on an author's machine, as it prints it where nobody has set a language. Lines
 * that it does not know are as they were.
 *
 * @example
 * inEnglish('64 Bytes von 10.0.0.1: icmp_seq=1 ttl=64 Zeit=0.045 ms')
 * // '64 bytes from 10.0.0.1: icmp_seq=1 ttl=64 time=0.045 ms'
 */
export function inEnglish(line: string): string {
  if (!OTHER.test(line)) return line
  const before = known.get(line)
  if (before !== undefined) return before
  sayings ??= sayingsOf()
  const english = sayings.reduce((text, [pattern, instead]) => text.replace(pattern, instead), line)
  if (known.size > 5000) known.clear()
  known.set(line, english)
  return english
}
