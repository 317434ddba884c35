#include "mime/charset.h"
#include "tap.h"
#include <stdlib.h>

#define BAD "\357\277\275"

static const struct {
	const char *charset, *in, *want;
} cases[] = {
	{ "utf-8", "abc", "abc" },
	{ "UTF-8", "\303\274 \342\202\254 \360\237\230\200",
	    "\303\274 \342\202\254 \360\237\230\200" },
	/* RFC 3629 section 3, 4 and 10: what is no UTF-8 */
	{ "utf-8", "a\200b", "a" BAD "b" },
	{ "utf-8", "\300\200", BAD BAD },
	{ "utf-8", "\301\277", BAD BAD },
	{ "utf-8", "\340\237\277", BAD BAD BAD },
	{ "utf-8", "\340\240\200", "\340\240\200" },
	{ "utf-8", "\355\237\277", "\355\237\277" },
	{ "utf-8", "\355\240\200", BAD BAD BAD },
	{ "utf-8", "\360\217\277\277", BAD BAD BAD BAD },
	{ "utf-8", "\364\217\277\277", "\364\217\277\277" },
	{ "utf-8", "\364\220\200\200", BAD BAD BAD BAD },
	{ "utf-8", "\370\210\200\200\200", BAD BAD BAD BAD BAD },
	{ "utf-8", "\303", BAD },
	{ "utf-8", "\342\202", BAD BAD },
	{ "utf-8", "\342\202x", BAD BAD "x" },
	{ "utf-8", "\377\376", BAD BAD },
	/* control characters */
	{ "utf-8", "a\nb\rc\td", "a b c d" },
	{ "utf-8", "\001\033\177", BAD BAD BAD },
	{ "utf-8", "\302\200\302\237\302\240", BAD BAD "\302\240" },
	{ "us-ascii", "abc", "abc" },
	{ "us-ascii", "\344", BAD },
	{ "us-ascii", "\303\244", "\303\244" },
	{ "iso-8859-1", "\344\n\001", "\303\244 " BAD },
	{ "iso-8859-1", "\223x\224 \200 \201",
	    "\342\200\234x\342\200\235 \342\202\254 " BAD },
	{ "Windows-1252", "\205\377", "\342\200\246\303\277" },
	{ "iso-8859-15", "\244", "\342\202\254" },
	{ "ISO8859-15", "\244", "\342\202\254" },
	{ "iso_8859-1:1987", "\344", "\303\244" },
	{ "iso8859", "\344", BAD },
	{ "iso-8859", "\344", BAD },
	{ "iso_8859:", "\344", BAD },
	{ "ISO-8859-2", "\261\352", "\304\205\304\231" },
	{ "iso-8859-6", "\345\321", "\331\205\330\261" },
	{ "iso-8859-8-i", "\371\354", "\327\251\327\234" },
	{ "windows-1251", "\317\360\350", "\320\237\321\200\320\270" },
	{ "koi8-r", "\360\322\311", "\320\237\321\200\320\270" },
	{ "shift_jis", "\223\372\226\173", "\346\227\245\346\234\254" },
	{ "iso-2022-jp", "\033$BF|K\\\033(B!", "\346\227\245\346\234\254!" },
	/* what Windows and phones put under the names of standards */
	{ "iso-2022-jp", "\033$B-!\033(B", "\342\221\240" }, /* row 13 */
	{ "ISO-2022-JP", "a\033$B-j|q\033(Bb", "a\343\210\261\342\205\260b" },
	{ "iso-2022-jp", "\033$B!A\033(B", "\357\275\236" }, /* as cp932 */
	{ "iso-2022-jp", "\033(I11\033(B", "\357\275\261\357\275\261" },
	{ "iso-2022-jp", "\033$@F|\033(J.", "\346\227\245." },
	{ "iso-2022-jp", "\033$BF|", "\346\227\245" },
	{ "iso-2022-jp", "\033$BF", BAD },
	{ "iso-2022-jp", "\033$BF|\nx", "\346\227\245 x" },
	{ "iso-2022-jp", "\344\033", BAD BAD },
	{ "iso-2022-jp", "", "" },
	{ "iso-2022-jp", "\033.A\033Nd", "\303\244" }, /* ISO-2022-JP-2 */
	{ "iso-2022-jp", "\033$AHU\033(B", "\346\227\245" },
	{ "cp50221", "\033$B-!\033(B", "\342\221\240" },
	{ "euc-jp", "\255\241", "\342\221\240" },
	{ "shift_jis", "\207\100", "\342\221\240" },
	{ "gb2312", "\203\106", "\345\203\203" },         /* GBK */
	{ "ks_c_5601-1987", "\201\101", "\352\260\202" }, /* UHC */
	{ "iso-8859-9", "\200\335", "\342\202\254\304\260" },
	{ "tis-620", "\200\241", "\342\202\254\340\270\201" },
	{ "iso-8859-11", "\205", "\342\200\246" },
	{ "big5", "\371\326", "\347\242\201" }, /* of ETEN */
	{ "euc-jp", "\306\374\313\334", "\346\227\245\346\234\254" },
	{ "gb2312", "\326\320\316\304", "\344\270\255\346\226\207" },
	{ "GBK", "\326\320\316\304", "\344\270\255\346\226\207" },
	{ "gb18030", "\326\320", "\344\270\255" },
	{ "big5", "\244\244\244\345", "\344\270\255\346\226\207" },
	{ "euc-kr", "\307\321", "\355\225\234" },
	{ "ks_c_5601-1987", "\307\321", "\355\225\234" },
	{ "utf-7", "A+AOQ-b", "A\303\244b" },
	/* not whole, not good */
	{ "euc-jp", "\306\374\313", "\346\227\245" BAD },
	{ "shift_jis", "\223", BAD },
	{ "euc-jp", "a\377b", "a" BAD "b" },
	{ "utf-7", "a+AAo-b", "a b" },
	{ "utf-16be", "", "" },
	/* not known */
	{ "", "a\344", "a" BAD },
	{ "x-klingon", "a\344\303\244\n", "a" BAD BAD BAD " " },
	{ "utf-8//TRANSLIT", "\303\244", BAD BAD },
	{ "../../etc/passwd", "a", "a" },
	{ "ISO-2022-CN-EXT", "\344", BAD },
	{ "EBCDIC-US", "\301", BAD },
};

int
main(void)
{
	char name[CHARSET_NAME_MAX + 2];
	struct buf b = { 0 };
	size_t i, j;

	for (i = 0; i < sizeof cases / sizeof *cases; i++) {
		buf_clear(&b);
		charset_utf8(&b, cases[i].charset, strlen(cases[i].charset),
		    cases[i].in, strlen(cases[i].in));
		buf_putc(&b, '\0');
		is_str(buf_data(&b), cases[i].want, cases[i].charset);
	}
	/* more than one piece of output */
	for (j = 500; j < 530; j++) {
		char *in = malloc(j);

		memset(in, 0xa4, j);
		buf_clear(&b);
		charset_utf8(&b, "iso-8859-15", 11, in, j);
		ok(buf_len(&b) == 3 * j &&
			memcmp(buf_data(&b) + 3 * j - 3, "\342\202\254", 3) ==
			    0,
		    "many");
		free(in);
	}
	ok(charset_known("Big5", 4), "known");
	ok(!charset_known("Big55", 5), "not known");
	memset(name, 'x', sizeof name);
	ok(!charset_known(name, sizeof name), "a long name");
	is_num(charset_utf8_len("\303\244", 2), 2, "length of a character");
	is_num(charset_utf8_len("\303\244", 1), 0, "not whole");
	is_num(charset_utf8_len("", 0), 0, "nothing");
	buf_free(&b);
	return done();
}
