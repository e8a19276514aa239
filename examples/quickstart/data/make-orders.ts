/** Makes `orders.csv`, the same every time: `node --import tsx data/make-orders.ts`. The file is committed; this shows where it is from. */
import { writeFileSync } from 'node:fs'

/** A small seeded generator (mulberry32): the same seed gives the same orders. */
function seeded(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
}

const random = seeded(20260503)
const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T

/** Name as people write it, and what stands before the @. */
const customers: readonly (readonly [name: string, mailbox: string])[] = [
  ['سارا محمدی', 'sara.mohammadi'],
  ['علی رضایی', 'ali.rezaei'],
  ['مریم حسینی', 'maryam.hosseini'],
  ['کیان طباطبائی', 'kian.tabatabaei'],
  ['نگار کریمی', 'negar.karimi'],
  ['امیرحسین جعفری', 'amirhossein.jafari'],
  ['شیرین پارسا', 'shirin.parsa'],
  ['زهرا میرزایی', 'zahra.mirzaei'],
  ['Anna Müller', 'anna.mueller'],
  ['Jürgen Groß', 'juergen.gross'],
  ['Chloé Lefèvre', 'chloe.lefevre'],
  ['François d’Aubigné', 'f.daubigne'],
  ['Siobhán O’Brien', 'siobhan.obrien'],
  ["Liam O'Connor", 'liam.oconnor'],
  ['Dwayne "The Bolt" Harris', 'dwayne.harris'],
  ['Harris, Margaret', 'margaret.harris'],
  ['Robert Smith, Jr.', 'robert.smith.jr'],
  ['Mary-Jane Watson', 'mj.watson'],
  ['José Ángel Muñoz', 'jose.munoz'],
  ['Lucía Fernández', 'lucia.fernandez'],
  ['João Gonçalves', 'joao.goncalves'],
  ['Łukasz Żółć', 'lukasz.zolc'],
  ['Zuzana Dvořáková', 'zuzana.dvorakova'],
  ['Søren Kjær', 'soren.kjaer'],
  ['Åsa Lindström', 'asa.lindstrom'],
  ['İpek Şahin', 'ipek.sahin'],
  ['Çağrı Yıldız', 'cagri.yildiz'],
  ['Ελένη Παπαδοπούλου', 'eleni.papadopoulou'],
  ['Νίκος Γεωργίου', 'nikos.georgiou'],
  ['Ольга Иванова', 'olga.ivanova'],
  ['Дмитро Шевченко', 'dmytro.shevchenko'],
  ['ليلى حداد', 'layla.haddad'],
  ['عمر الفاروق', 'omar.alfarouk'],
  ['נועה לוי', 'noa.levi'],
  ['王小明', 'wang.xiaoming'],
  ['李娜', 'li.na'],
  ['佐藤 花子', 'hanako.sato'],
  ['鈴木 一郎', 'ichiro.suzuki'],
  ['김민준', 'minjun.kim'],
  ['박서연', 'seoyeon.park'],
  ['प्रिया शर्मा', 'priya.sharma'],
  ['अर्जुन पटेल', 'arjun.patel'],
  ['ஆனந்த் குமார்', 'anand.kumar'],
  ['สมชาย ใจดี', 'somchai.jaidee'],
  ['Nguyễn Thị Hương', 'huong.nguyen'],
  ['Adaeze Okonkwo', 'adaeze.okonkwo'],
  ['თამარ ბერიძე', 'tamar.beridze'],
  ['Արամ Պետրոսյան', 'aram.petrosyan'],
]

const goods: readonly (readonly [item: string, price: number])[] = [
  ['Espresso beans "House blend", 1 kg', 24.9],
  ['Filter papers, size 4', 3.5],
  ['Pour-over kettle, 0.8 l', 54],
  ['Teapot "Isfahan", blue', 68.5],
  ['Saffron, 4.6 g', 19.8],
  ['Glass tea cups, set of 6', 22],
  ['Hand grinder', 79.9],
  ['Milk jug 350 ml', 16.4],
  ['Cezve, copper, 2 cups', 31.2],
  ['Green tea "Lung Ching", 100 g', 14.9],
  ['Descaler, 3 × 125 ml', 11.7],
  ['Cleaning brush', 4.95],
  ['Wooden tray 40 × 30 cm', 27.5],
  ['Gift card', 50],
  ['Matcha whisk; bamboo', 18.9],
  ['Spare gasket 8"', 6.2],
]

/** RFC 4180: quotes where a comma, a quote or a line break stands, quotes doubled. */
const field = (text: string): string => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text)

const rows = ['id,placed,customer,email,items,total,currency']
let placed = Date.UTC(2026, 4, 3, 5, 0)
for (let n = 1; n <= 360; n++) {
  placed += Math.floor(20 + random() * 220) * 1000
  const [name, mailbox] = pick(customers)
  const basket = Array.from({ length: 1 + Math.floor(random() * 3) }, () => ({ count: 1 + Math.floor(random() * 3), of: pick(goods) }))
  const items = basket.map(({ count, of }) => `${count} × ${of[0]}`).join('; ')
  const total = basket.reduce((sum, { count, of }) => sum + count * of[1], 0).toFixed(2)
  const id = `SO-2026-${String(4100 + n).padStart(5, '0')}`
  const when = new Date(placed).toISOString().replace('.000Z', 'Z')
  rows.push([id, when, name, `${mailbox}@example.com`, items, total, pick(['EUR', 'EUR', 'EUR', 'USD', 'GBP'])].map(field).join(','))
}
writeFileSync(new URL('orders.csv', import.meta.url), `${rows.join('\n')}\n`)
