import type { Random } from "../random.ts";

/** People's names from many places. `日本語|latin` gives the spelling for an address where letters can't. */

interface Culture {
  readonly given: readonly string[];
  readonly family: readonly string[];
  readonly order?: "family-first";
}

const list = (text: string): readonly string[] => text.split(", ");

const cultures: readonly (readonly [Culture, number])[] = [
  [
    {
      given: list(
        "Ada, Grace, Oliver, Amelia, Jack, Isla, Noah, Freya, Harry, Ruby, Leo, Poppy, Callum, Megan, Owen, Sian",
      ),
      family: list(
        "Smith, Jones, Taylor, Brown, Evans, O'Brien, Walker, Wright, Hughes, Green, MacDonald, Hall, Wood, Clarke",
      ),
    },
    20,
  ],
  [
    {
      given: list("Jürgen, Anja, Björn, Käthe, Lukas, Heike, Stefan, Lena, Matthias, Sabine, Felix, Jörg"),
      family: list(
        "Müller, Schmidt, Groß, Weiß, Schäfer, Köhler, Krüger, Becker, von der Heide, Jäger, Vogel, Schröder",
      ),
    },
    12,
  ],
  [
    {
      given: list("François, Chloé, Zoé, Rémi, Hélène, Léo, Benoît, Maëlys, Gaëtan, Inès"),
      family: list("Lefèvre, Dubois, Moreau, Gauthier, Besançon, Noël, Côté, d'Aubigné, Rousseau, Marchand"),
    },
    7,
  ],
  [
    {
      given: list("José, María, Íñigo, Lucía, Andrés, Sofía, Joaquín, Núria, Ángel, Begoña, João, Conceição"),
      family: list("Muñoz, García, Peña, Núñez, Ibáñez, Rodríguez Soler, Gonçalves, Araújo, Fernández, Bañuelos"),
    },
    10,
  ],
  [
    {
      given: list("Łukasz, Małgorzata, Zbigniew, Agnieszka, Wojciech, Żaneta, Paweł, Jiří, Zdeněk, Šárka"),
      family: list("Wiśniewska, Kowalczyk, Dąbrowski, Wójcik, Zieliński, Żuraw, Dvořák, Novák, Šťastný"),
    },
    7,
  ],
  [
    {
      given: list("Bjørn, Åsa, Søren, Ingrid, Øystein, Þóra, Åke, Sigrún, Jón, Eero"),
      family: list("Ødegård, Ångström, Sørensen, Lindqvist, Jónsdóttir, Hämäläinen, Nygård, Bergström"),
    },
    5,
  ],
  [
    {
      given: list("Priya, Arjun, Ananya, Rohan, Lakshmi, Vikram, Meera, Siddharth, Kavya, Imran"),
      family: list("Sharma, Iyer, Patel, Reddy, Chatterjee, Nair, Khan, Venkataraman, Singh, Gupta"),
    },
    14,
  ],
  [
    {
      given: list("Adébáyọ̀, Chidi, Ngozi, Amara, Kwame, Thandiwe, Tendai, Zola"),
      family: list("Òkéowó, Adéyẹmí, Eze, Mensah, Dlamini, Nkosi, Mwangi, Abiodun"),
    },
    4,
  ],
  [
    {
      given: list("Nguyên, Thảo, Đức, Hương, Quỳnh, Tuấn"),
      family: list("Nguyễn, Trần, Lê, Phạm, Đặng, Vũ"),
    },
    4,
  ],
  [
    {
      given: list("伟|wei, 芳|fang, 娜|na, 秀英|xiuying, 敏|min, 静|jing, 强|qiang, 磊|lei, 子涵|zihan"),
      family: list("王|wang, 李|li, 张|zhang, 刘|liu, 陈|chen, 欧阳|ouyang, 赵|zhao"),
      order: "family-first",
    },
    5,
  ],
  [
    {
      given: list("さくら|sakura, 健太|kenta, 陽菜|hina, 大翔|hiroto, 美咲|misaki, 翔|sho"),
      family: list("佐藤|sato, 鈴木|suzuki, 高橋|takahashi, 田中|tanaka, 渡辺|watanabe, 小林|kobayashi"),
      order: "family-first",
    },
    3,
  ],
  [
    {
      given: list("민준|minjun, 서연|seoyeon, 지우|jiwoo, 하은|haeun, 도윤|doyun"),
      family: list("김|kim, 이|lee, 박|park, 최|choi, 정|jung"),
      order: "family-first",
    },
    2,
  ],
  [
    {
      given: list("محمد|mohammed, فاطمة|fatima, عائشة|aisha, يوسف|youssef, ليلى|layla, عمر|omar"),
      family: list("الخطيب|alkhatib, حداد|haddad, النجار|alnajjar, منصور|mansour, العلي|alali"),
    },
    3,
  ],
  [
    {
      given: list("Ayşe, Mehmet, Çağla, Özgür, Işıl, Barış"),
      family: list("Yılmaz, Öztürk, Şahin, Çelik, Kılıç"),
    },
    3,
  ],
  [
    {
      given: list("Ελένη|eleni, Νίκος|nikos, Αθηνά|athina, Γιώργος|giorgos"),
      family: list("Παπαδόπουλος|papadopoulos, Νικολάου|nikolaou, Βλάχος|vlachos"),
    },
    1,
  ],
  [
    {
      given: list("נועה|noa, איתי|itai, תמר|tamar, יונתן|yonatan, מאיה|maya"),
      family: list("כהן|cohen, לוי|levi, מזרחי|mizrahi, פרץ|peretz"),
    },
    1,
  ],
  [
    {
      given: list("Олександр|oleksandr, Наталія|natalia, Дмитро|dmytro, Ольга|olha, Тарас|taras"),
      family: list("Шевченко|shevchenko, Коваль|koval, Мельник|melnyk, Бондар|bondar, Ткаченко|tkachenko"),
    },
    3,
  ],
];

/** Names that break what doesn't escape them. */
export const hostileNames: readonly string[] = [
  "<script>alert(1)</script>",
  "@everyone",
  "=cmd|'/C calc'!A1",
  "**Bold** [click](javascript:alert(1))",
  "| pipe | table |",
  "Robert'); DROP TABLE users;--",
  "\u202Egnp.exe",
  "![pixel](https://evil.example/p.png)",
  '"><img src=x onerror=alert(1)>',
  "`code` <!-- #1 & co -->",
];

export interface PersonName {
  readonly name: string;
  readonly nickname: string;
  /** For an address: lower case, letters and dots only. */
  readonly handle: string;
}

/** A name, with what people call them and how their address would begin. */
export function personName(random: Random): PersonName {
  const culture = random.weighted(cultures);
  const given = spelled(random.pick(culture.given));
  const family = spelled(random.pick(culture.family));
  const isLatin = given.shown.normalize("NFD").toLowerCase().startsWith(given.latin.charAt(0));
  const initial = isLatin && random.chance(0.35) ? String.fromCharCode(65 + random.below(26)) : undefined;
  if (initial !== undefined) {
    const name = `${given.shown} ${initial}. ${family.shown}`;
    return { name, nickname: given.shown, handle: `${given.latin}.${initial.toLowerCase()}.${family.latin}` };
  }
  const name = culture.order === "family-first" ? `${family.shown} ${given.shown}` : `${given.shown} ${family.shown}`;
  return { name, nickname: random.chance(0.6) ? given.shown : name, handle: `${given.latin}.${family.latin}` };
}

const letters: Readonly<Record<string, string>> = {
  ß: "ss",
  ø: "o",
  ł: "l",
  đ: "d",
  ı: "i",
  æ: "ae",
  þ: "th",
  ð: "d",
};

function spelled(text: string): { readonly shown: string; readonly latin: string } {
  const [shown = text, given] = text.split("|");
  const plain = (given ?? shown).toLowerCase().replace(/[ßøłđıæþð]/g, (letter) => letters[letter] ?? letter);
  return { shown, latin: plain.normalize("NFD").replace(/[^a-z]/g, "") };
}
