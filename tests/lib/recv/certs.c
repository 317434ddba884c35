/* the file certs: lines, and the login of a certificate */
#include "recv/certs.h"
#include "memlookup.h"
#include "tap.h"

#define PRINT "0123456789abcdefABCDEF0123456789000102030405060708090a0b0c0d0e0f"
#define COLONS \
	"01:23:45:67:89:AB:cd:ef:ab:cd:ef:01:23:45:67:89:" \
	"00:01:02:03:04:05:06:07:08:09:0a:0b:0c:0d:0e:0f"
#define NOT "1 not a fingerprint: want 64 hexadecimal digits\n"

static const struct {
	const char *text, *faults;
	size_t n;
} lines[] = {
	{ "", "", 0 },
	{ PRINT " ann\n", "", 1 },
	{ COLONS " ann\n", "", 1 },
	{ PRINT " ann\n" COLONS " bob\n", "2 stands in line 1 already\n", 1 },
	{ PRINT " \"ann maier\"\n", "", 1 },
	{ PRINT "\n", "1 not a login\n", 0 },
	{ PRINT " ann bob\n", "1 more than a login\n", 0 },
	{ PRINT "0 ann\n", NOT, 0 },
	{ PRINT ": ann\n", NOT, 0 },
	{ ":" PRINT " ann\n", NOT, 0 },
	{ "0123 ann\n", NOT, 0 },
	{ "g" PRINT " ann\n", NOT, 0 },
	{ "ann " PRINT "\n", NOT, 0 },
};

int
main(void)
{
	unsigned char cert[CERTS_LEN] = { 0x01, 0x23, 0x45, 0x67, 0x89, 0xab,
		0xcd, 0xef, 0xab, 0xcd, 0xef, 0x01, 0x23, 0x45, 0x67, 0x89 };
	struct memtable t;
	struct slice login;
	struct lookup l;
	size_t i;

	for (i = 0; i < sizeof lines / sizeof *lines; i++) {
		memtable_make(&t, &conffile_certs, lines[i].text);
		is_str(buf_data(&t.faults), lines[i].faults, lines[i].text);
		is_num((long long)t.n, (long long)lines[i].n, "records");
		memtable_free(&t);
	}
	for (i = 16; i < sizeof cert; i++)
		cert[i] = (unsigned char)(i - 16);
	l = memtable_make(&t, &conffile_certs, COLONS " ann\n");
	is_num(certs_login(&l, cert, &login), 1, "its login");
	ok(word_is(login, "ann"), "is ann");
	cert[31]++;
	is_num(certs_login(&l, cert, &login), 0, "another has none");
	t.broken = 1;
	is_num(certs_login(&l, cert, &login), -1, "not known now");
	memtable_free(&t);
	return done();
}
