#include "mime/charset.h"
#include "base/ascii.h"
#include "base/utf8.h"
#include <errno.h>
#include <iconv.h>
#include <string.h>
#include <strings.h>

/* what mail calls it, and what iconv(3) does; NULL: done here */
static const struct {
	const char *name, *iconv;
} sets[] = {
	{ "utf-8", NULL },
	{ "utf8", NULL },
	{ "us-ascii", NULL },
	{ "ascii", NULL },
	{ "ansi_x3.4-1968", NULL },
	{ "iso646-us", NULL },
	{ "iso-8859-1", "1252" },
	{ "latin1", "1252" },
	{ "latin-1", "1252" },
	{ "l1", "1252" },
	{ "windows-1252", "1252" },
	{ "cp1252", "1252" },
	{ "iso-8859-2", "ISO-8859-2" },
	{ "latin2", "ISO-8859-2" },
	{ "iso-8859-3", "ISO-8859-3" },
	{ "iso-8859-4", "ISO-8859-4" },
	{ "iso-8859-5", "ISO-8859-5" },
	{ "iso-8859-6", "ISO-8859-6" },
	{ "iso-8859-7", "ISO-8859-7" },
	{ "iso-8859-8", "ISO-8859-8" },
	{ "iso-8859-8-i", "ISO-8859-8" }, /* RFC 1556 */
	{ "iso-8859-8-e", "ISO-8859-8" },
	{ "iso-8859-6-i", "ISO-8859-6" },
	{ "iso-8859-6-e", "ISO-8859-6" },
	/* the labels of a standard, used for what Microsoft made of it */
	{ "iso-8859-9", "CP1254" },
	{ "latin5", "CP1254" },
	{ "iso-8859-10", "ISO-8859-10" },
	{ "iso-8859-11", "CP874" },
	{ "iso-8859-13", "ISO-8859-13" },
	{ "iso-8859-14", "ISO-8859-14" },
	{ "iso-8859-15", "ISO-8859-15" },
	{ "latin9", "ISO-8859-15" },
	{ "latin-9", "ISO-8859-15" },
	{ "iso-8859-16", "ISO-8859-16" },
	{ "windows-1250", "CP1250" },
	{ "windows-1251", "CP1251" },
	{ "windows-1253", "CP1253" },
	{ "windows-1254", "CP1254" },
	{ "windows-1255", "CP1255" },
	{ "windows-1256", "CP1256" },
	{ "windows-1257", "CP1257" },
	{ "windows-1258", "CP1258" },
	{ "cp1250", "CP1250" },
	{ "cp1251", "CP1251" },
	{ "cp1253", "CP1253" },
	{ "cp1254", "CP1254" },
	{ "cp1255", "CP1255" },
	{ "cp1256", "CP1256" },
	{ "cp1257", "CP1257" },
	{ "cp1258", "CP1258" },
	{ "windows-874", "CP874" },
	{ "tis-620", "CP874" },
	{ "dos-874", "CP874" },
	{ "ibm437", "IBM437" },
	{ "cp437", "IBM437" },
	{ "ibm850", "IBM850" },
	{ "cp850", "IBM850" },
	{ "ibm852", "IBM852" },
	{ "cp852", "IBM852" },
	{ "ibm866", "IBM866" },
	{ "cp866", "IBM866" },
	{ "koi8-r", "KOI8-R" },
	{ "koi8-u", "KOI8-U" },
	{ "macintosh", "MACINTOSH" },
	{ "x-mac-roman", "MACINTOSH" },
	{ "x-mac-cyrillic", "MAC-CYRILLIC" },
	{ "gb2312", "GB18030" }, /* it contains this and the next ones */
	{ "gb_2312-80", "GB18030" },
	{ "gbk", "GB18030" },
	{ "cp936", "GB18030" },
	{ "x-gbk", "GB18030" },
	{ "euc-cn", "GB18030" },
	{ "gb18030", "GB18030" },
	{ "big5", "BIG5-HKSCS" },
	{ "big5-hkscs", "BIG5-HKSCS" },
	{ "x-x-big5", "BIG5-HKSCS" },
	{ "cn-big5", "BIG5-HKSCS" },
	{ "cp950", "CP950" },
	{ "euc-jp", "EUC-JP-MS" },
	{ "x-euc-jp", "EUC-JP-MS" },
	{ "cp51932", "EUC-JP-MS" },
	{ "shift_jis", "CP932" },
	{ "ms_kanji", "CP932" },
	{ "shift-jis", "CP932" },
	{ "x-sjis", "CP932" },
	{ "sjis", "CP932" },
	{ "windows-31j", "CP932" },
	{ "cp932", "CP932" },
	{ "iso-2022-jp", "JIS" }, /* done here, as far as it can be */
	{ "csiso2022jp", "JIS" },
	{ "iso-2022-jp-ms", "JIS" },
	{ "iso-2022-jp-1", "JIS" },
	{ "cp50220", "JIS" },
	{ "cp50221", "JIS" },
	{ "iso-2022-jp-2", "ISO-2022-JP-2" },
	{ "euc-kr", "CP949" },
	{ "ks_c_5601-1987", "CP949" },
	{ "ks_c_5601", "CP949" },
	{ "ksc5601", "CP949" },
	{ "ksc_5601", "CP949" },
	{ "ks_c_5601-1989", "CP949" },
	{ "windows-949", "CP949" },
	{ "uhc", "CP949" },
	{ "cp949", "CP949" },
	{ "iso-2022-kr", "ISO-2022-KR" },
	{ "utf-7", "UTF-7" },
	{ "unicode-1-1-utf-7", "UTF-7" }, /* RFC 1642 */
	{ "utf-16", "UTF-16" },
	{ "utf-16be", "UTF-16BE" },
	{ "utf-16le", "UTF-16LE" },
	{ "utf-32", "UTF-32" },
	{ "utf-32be", "UTF-32BE" },
	{ "utf-32le", "UTF-32LE" },
};

static const char replacement[] = "\357\277\275"; /* U+FFFD */

/* "iso8859-1", "iso_8859-1:1987" and the like: room for what n says */
static size_t
usual(const char *name, size_t n, char *out)
{
	size_t from = n > 3 && (name[3] == '-' || name[3] == '_') ? 4 : 3;
	const char *year;

	if (n < from + 5 || strncasecmp(name, "iso", 3) != 0 ||
	    memcmp(name + from, "8859", 4) != 0)
		return 0;
	year = memchr(name, ':', n);
	if (year != NULL)
		n = year - name;
	memcpy(out, "iso-", 4);
	memcpy(out + 4, name + from, n - from);
	return n - from + 4;
}

static int
find(const char *name, size_t n, const char **iconv_name)
{
	char text[CHARSET_NAME_MAX + 1];
	size_t i, k;

	if (n > CHARSET_NAME_MAX)
		return 0;
	k = usual(name, n, text);
	if (k > 0) {
		name = text;
		n = k;
	}
	for (i = 0; i < sizeof sets / sizeof *sets; i++)
		if (ascii_is(name, n, sets[i].name)) {
			*iconv_name = sets[i].iconv;
			return 1;
		}
	return 0;
}

int
charset_known(const char *name, size_t n)
{
	const char *s;

	return find(name, n, &s);
}

/* VIOLATIONS.md: CONTROL-BYTES */
int
charset_clean(struct buf *b, const char *p, size_t n)
{
	const char *what;
	size_t i, k;
	int r;

	for (i = 0; i < n; i += k) {
		k = utf8_len(p + i, n - i);
		what = p + i;
		r = k;
		if (k == 0) {
			k = 1;
			what = replacement;
		} else if (*what == '\t' || *what == '\r' || *what == '\n') {
			what = " ";
		} else if ((unsigned char)*what < ' ' || *what == 0x7f ||
		    (k == 2 && (unsigned char)what[0] == 0xc2 &&
			(unsigned char)what[1] < 0xa0)) {
			what = replacement;
		}
		if (buf_put(b, what, what == replacement ? 3 : r) == -1)
			return -1;
	}
	return 0;
}

/* U+0080 to U+009F are control characters; windows-1252 has text there */
static int
put_1252(struct buf *b, const char *p, size_t n)
{
	static const unsigned short high[32] = { 0x20ac, 0, 0x201a, 0x0192,
		0x201e, 0x2026, 0x2020, 0x2021, 0x02c6, 0x2030, 0x0160, 0x2039,
		0x0152, 0, 0x017d, 0, 0, 0x2018, 0x2019, 0x201c, 0x201d, 0x2022,
		0x2013, 0x2014, 0x02dc, 0x2122, 0x0161, 0x203a, 0x0153, 0,
		0x017e, 0x0178 };
	unsigned char c;
	unsigned u;
	char out[3];
	size_t i, k;

	for (i = 0; i < n; i++) {
		c = p[i];
		u = c >= 0x80 && c < 0xa0 ? high[c - 0x80] : c;
		if (u == 0 && c != 0)
			u = 0xfffd;
		k = 0;
		if (u < 0x80) {
			out[k++] = u;
		} else if (u < 0x800) {
			out[k++] = 0xc0 | u >> 6;
			out[k++] = 0x80 | (u & 0x3f);
		} else {
			out[k++] = 0xe0 | u >> 12;
			out[k++] = 0x80 | (u >> 6 & 0x3f);
			out[k++] = 0x80 | (u & 0x3f);
		}
		if (charset_clean(b, out, k) == -1)
			return -1;
	}
	return 0;
}

static int
put_unknown(struct buf *b, const char *p, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (charset_clean(b, p + i, 1) == -1)
			return -1;
	return 0;
}

/* iconv(3) writes whole characters only: each piece is cleaned by itself */
static int
put_iconv(struct buf *b, iconv_t cd, char *p, size_t n)
{
	char piece[512], *out, *before;
	size_t room, r;
	int bad;

	do {
		out = piece;
		room = sizeof piece;
		before = p;
		errno = 0;
		r = iconv(cd, &p, &n, &out, &room);
		if (charset_clean(b, piece, out - piece) == -1)
			return -1;
		bad = r == (size_t)-1 && errno != E2BIG;
		if (bad && n > 0) {
			if (buf_put(b, replacement, 3) == -1)
				return -1;
			if (errno == EINVAL)
				return 0; /* the last one is not whole */
			p++;
			n--;
		} else if (p == before && out == piece) {
			break;
		}
	} while (n > 0);
	out = piece;
	room = sizeof piece;
	if (iconv(cd, NULL, NULL, &out, &room) == (size_t)-1)
		return 0;
	return charset_clean(b, piece, out - piece);
}

/* ISO-2022-JP, with the characters that Windows and phones put in */

enum jis { JIS_ASCII, JIS_KANJI, JIS_KANA };

/* the escape sequence at p: its length, 0 for one of another set */
static size_t
jis_escape(const char *p, size_t n, enum jis *set)
{
	static const struct {
		char seq[4];
		enum jis set;
	} known[] = { { "\033(B", JIS_ASCII }, { "\033(J", JIS_ASCII },
		{ "\033(I", JIS_KANA }, { "\033$@", JIS_KANJI },
		{ "\033$B", JIS_KANJI } };
	size_t i;

	for (i = 0; n >= 3 && i < sizeof known / sizeof *known; i++)
		if (memcmp(p, known[i].seq, 3) == 0) {
			*set = known[i].set;
			return 3;
		}
	return 0;
}

/* row and cell as Shift_JIS has them */
static int
put_kanji(struct buf *b, unsigned row, unsigned cell)
{
	unsigned lead = (row + 1) / 2 + (row < 0x5f ? 0x70 : 0xb0), trail;

	if (row % 2 == 0)
		trail = cell + 0x7e;
	else
		trail = cell + (cell < 0x60 ? 0x1f : 0x20);
	return buf_putc(b, (char)lead) == -1 ? -1 : buf_putc(b, (char)trail);
}

/* as Shift_JIS; 0 when there are other sets in it, -1 with ENOMEM */
static int
jis_to_sjis(struct buf *b, const char *p, size_t n)
{
	enum jis set = JIS_ASCII;
	size_t i, k;
	int r = 0;

	for (i = 0; r == 0 && i < n; i += k) {
		k = 1;
		if (p[i] == '\033') {
			k = jis_escape(p + i, n - i, &set);
			if (k == 0)
				return 0;
		} else if (set == JIS_KANJI && n - i > 1 && p[i] > ' ' &&
		    p[i] < 0x7f && p[i + 1] > ' ' && p[i + 1] < 0x7f) {
			k = 2;
			r = put_kanji(b, (unsigned char)p[i],
			    (unsigned char)p[i + 1]);
		} else if (set == JIS_KANA && p[i] > ' ' && p[i] < 0x60) {
			r = buf_putc(b, p[i] | 0x80);
		} else {
			/* half a character, a set that was not ended */
			r = buf_putc(b,
			    set == JIS_KANJI && p[i] > ' ' ? '\177'
				: p[i] & 0x80              ? '\177'
							   : p[i]);
			if (p[i] == '\n')
				set = JIS_ASCII;
		}
	}
	return r == -1 ? -1 : 1;
}

static int
put_by(struct buf *b, const char *from, const char *in, size_t n)
{
	iconv_t cd = iconv_open("UTF-8", from);
	int r;

	if (cd == (iconv_t)-1)
		return errno == ENOMEM ? -1 : put_unknown(b, in, n);
	r = put_iconv(b, cd, (char *)in, n);
	iconv_close(cd);
	return r;
}

static int
put_jis(struct buf *b, const char *in, size_t n)
{
	struct buf t = { 0 };
	int r = jis_to_sjis(&t, in, n);

	if (r == 1)
		r = buf_len(&t) == 0
		    ? 0
		    : put_by(b, "CP932", buf_data(&t), buf_len(&t));
	else if (r == 0)
		r = put_by(b, "ISO-2022-JP-2", in, n);
	buf_free(&t);
	return r;
}

int
charset_utf8(struct buf *b, const char *name, size_t name_len, const char *in,
    size_t n)
{
	const char *from;

	if (!find(name, name_len, &from))
		return put_unknown(b, in, n);
	if (from == NULL)
		return charset_clean(b, in, n);
	if (strcmp(from, "1252") == 0)
		return put_1252(b, in, n);
	/* without a mark of its order RFC 2781 section 4.3 has it so; iconv(3)
	 * takes the machine's */
	if (strcmp(from, "UTF-16") == 0 && n > 1 &&
	    memcmp(in, "\376\377", 2) != 0 && memcmp(in, "\377\376", 2) != 0)
		from = "UTF-16BE";
	return strcmp(from, "JIS") == 0 ? put_jis(b, in, n)
					: put_by(b, from, in, n);
}
