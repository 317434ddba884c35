/* the file tls: lines, what is wrong with them, records */
#include "tls/tlsconf.h"
#include "memlookup.h"
#include "tap.h"
#include <stdio.h>

static const struct {
	const char *text, *want; /* records "KEY FILE KEYFILE NAMES;", faults */
} lines[] = {
	{ "self.pem\n", "0001 self.pem self.pem ;" },
	{ "# none\n\n  a.pem\t\n", "0001 a.pem a.pem ;" },
	{ "a.pem\nb.pem key=b.key\n", "0001 a.pem a.pem ;0002 b.pem b.key ;" },
	{ "sub/a.pem name=Mail.example.org,*.Example.net key=etc/k\n",
	    "0001 sub/a.pem etc/k mail.example.org,*.example.net;" },
	{ "a.pem key=b\nb.pem key=b\n", "0001 a.pem b ;0002 b.pem b ;" },
	{ "..a.pem\n", "0001 ..a.pem ..a.pem ;" },
	{ "\"a.pem\"\n", "0001 a.pem a.pem ;" },
	{ "a.pem name=a_b.example\n", "0001 a.pem a.pem a_b.example;" },
	{ "key=a\n", "1 no file in front\n" },
	{ "name=a.example b.pem\n", "1 no file in front\n" },
	{ "\"\"\n", "1 not a file's name: \n" },
	{ "\"a b\"\n", "1 not a file's name: a b\n" },
	{ "b\303\274.pem\n", "1 not a file's name: b\303\274.pem\n" },
	{ "tls/\n", "1 not a file's name: tls/\n" },
	{ "/etc/a.pem\n", "1 not a file's name: /etc/a.pem\n" },
	{ "a.pem key=/etc/k\n", "1 not a file's name: /etc/k\n" },
	{ "../a.pem\n", "1 not a file's name: ../a.pem\n" },
	{ "..\n", "1 not a file's name: ..\n" },
	{ "a/../b.pem\n", "1 not a file's name: a/../b.pem\n" },
	{ "a/..\n", "1 not a file's name: a/..\n" },
	{ "a.pem key=\n", "1 not a file's name: \n" },
	{ "a.pem key=../b\n", "1 not a file's name: ../b\n" },
	{ "a.pem b.pem\n", "1 unknown word: b.pem\n" },
	{ "a.pem names=x\n", "1 unknown word: names=x\n" },
	{ "a.pem name=\n", "1 not a name: \n" },
	{ "a.pem name=a,,b\n", "1 not a name: \n" },
	{ "a.pem name=a,\n", "1 not a name: \n" },
	{ "a.pem name=*\n", "1 not a name: *\n" },
	{ "a.pem name=a.*.b\n", "1 not a name: a.*.b\n" },
	{ "a.pem name=b\303\274cher.example\n",
	    "1 not a name: b\303\274cher.example\n" },
	{ "a.pem key=b key=c\n", "1 key= stands twice\n" },
	{ "a.pem name=b name=c\n", "1 name= stands twice\n" },
	{ "a.pem \"key=b\n", "1 quote not closed, or control byte\n" },
	{ "\"a.pem\n", "1 quote not closed, or control byte\n" },
	{ "\"a.pem key=b\n", "1 quote not closed, or control byte\n" },
	{ "a\001.pem\n", "1 quote not closed, or control byte\n" },
	{ "a.pem\nb.pem\na.pem key=k\n",
	    "0001 a.pem a.pem ;0002 b.pem b.pem ;"
	    "3 stands in line 1 already\n" },
};

static void
show(struct buf *out, const struct conffile *c, const char *text)
{
	struct memtable t;
	struct tlsconf l;
	size_t i;

	memtable_make(&t, c, text);
	for (i = 0; i < t.n; i++)
		if (tlsconf_read(&l, t.record[i].data, t.record[i].data_len) ==
		    0)
			buf_printf(out, "%.*s %s %s %s;",
			    (int)t.record[i].key_len, t.record[i].key, l.file,
			    l.key, l.names);
	buf_put(out, buf_data(&t.faults), buf_len(&t.faults));
	buf_putc(out, '\0');
	memtable_free(&t);
}

static void
is_read(const char *text, const char *want, const char *name)
{
	struct buf b = { 0 };

	show(&b, &conffile_tls, text);
	is_str(buf_data(&b), want, name);
	buf_clear(&b);
	show(&b, &conffile_tls_client, text);
	is_str(buf_data(&b), want, "tls-client: the same");
	buf_free(&b);
}

static void
limits(void)
{
	struct buf b = { 0 }, want = { 0 };
	char file[TLSCONF_FILE_MAX + 2];
	unsigned i, n;

	memset(file, 'f', sizeof file);
	file[TLSCONF_FILE_MAX] = '\0';
	buf_printf(&want, "0001 %s %s ;%c", file, file, '\0');
	is_read(file, buf_data(&want), "a name at the limit");
	file[TLSCONF_FILE_MAX] = 'f';
	file[TLSCONF_FILE_MAX + 1] = '\0';
	buf_clear(&want);
	buf_printf(&want, "1 not a file's name: %s\n%c", file, '\0');
	is_read(file, buf_data(&want), "one above");
	for (n = TLSCONF_LINES_MAX; n <= TLSCONF_LINES_MAX + 1; n++) {
		struct memtable t;

		buf_clear(&b);
		for (i = 0; i < n; i++)
			buf_printf(&b, "f%u\n", i);
		buf_putc(&b, '\0');
		memtable_make(&t, &conffile_tls, buf_data(&b));
		is_num((long long)t.n, TLSCONF_LINES_MAX, "lines");
		is_str(buf_data(&t.faults),
		    n > TLSCONF_LINES_MAX ? "1001 more than 1000 lines\n" : "",
		    "at the limit, and one above");
		memtable_free(&t);
	}
	for (n = TLSCONF_NAMES_MAX; n <= TLSCONF_NAMES_MAX + 1; n++) {
		struct memtable t;

		buf_clear(&b);
		buf_puts(&b, "f name=a0");
		for (i = 1; i < n; i++)
			buf_printf(&b, ",a%u", i);
		buf_putc(&b, '\0');
		memtable_make(&t, &conffile_tls, buf_data(&b));
		is_str(buf_data(&t.faults),
		    n > TLSCONF_NAMES_MAX ? "1 more than 100 names\n" : "",
		    "names at the limit, and one above");
		memtable_free(&t);
	}
	buf_free(&want);
	buf_free(&b);
}

static void
damaged(void)
{
	static const char good[] = "a\0b\0c";
	struct tlsconf l;
	size_t n;

	for (n = 0; n < sizeof good; n++)
		is_num(tlsconf_read(&l, good, n), -1, "a record cut short");
	is_num(tlsconf_read(&l, good, n), 0, "a whole one");
	is_num(tlsconf_read(&l, "a\0b\0c\0d", 7), -1, "one with more");
	is_num(tlsconf_read(&l, "\0b\0c", 5), -1, "without a file");
	is_num(tlsconf_read(&l, "../a\0b\0c", 9), -1, "out of the folder");
}

int
main(void)
{
	size_t i;

	for (i = 0; i < sizeof lines / sizeof *lines; i++)
		is_read(lines[i].text, lines[i].want, lines[i].text);
	limits();
	damaged();
	return done();
}
