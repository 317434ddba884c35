/* the table of logins: lines, faults, looking up */
#include "sasl/logintable.h"
#include "crypt/pwhash.h"
#include "memlookup.h"
#include "tap.h"

#define HASH \
	"$argon2id$v=19$m=65536,t=2,p=1$MDEyMzQ1Njc4OWFiY2RlZg$" \
	"7+/qEheh109gdg4M3e8OHdzFjQSPKlC6NgbVvwpor58"
#define KEYS \
	"scram=4096:W22ZaJ0SNY7soEsUEjb6gQ==:" \
	"WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY=:" \
	"wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU="
#define SECRET "c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0MTI="
#define WANT "want scram=ROUNDS:SALT:STOREDKEY:SERVERKEY, or off behind it\n"
#define NONE "not a name for a login\n"

static const struct {
	const char *text, *faults;
	size_t records;
} lines[] = { { "", "", 0 }, { "# none\n\n", "", 0 },
	{ "ann " HASH "\n", "", 1 }, { "Ann\t" HASH "  off \n", "", 1 },
	{ "ann " HASH " " KEYS "\n", "", 2 },
	{ "ann " HASH " " KEYS " off\nbob " HASH "\n", "", 2 },
	{ "ann " HASH " off " KEYS "\n", "1 " WANT, 0 },
	{ "ann " HASH " off off\n", "1 " WANT, 0 },
	{ "ann " HASH " " KEYS " " KEYS "\n", "1 " WANT, 0 },
	{ "ann " HASH " scram=4096\n", "1 " WANT, 0 },
	{ "ann " HASH " on\n", "1 " WANT, 0 },
	{ "ann\n", "1 no argon2id hash\n", 0 },
	{ "ann secret\n", "1 no argon2id hash\n", 0 },
	{ "ann $argon2id$v=19$m=262145,t=2,p=1$MDEyMzQ1Njc4OWFiY2RlZg$7+/"
	  "qEheh109gdg4M3e8OHdzFjQSPKlC6NgbVvwpor58\n",
	    "1 hash of more than 256 MiB\n", 0 },
	{ "ann $argon2id$v=19$m=65536,t=11,p=1$MDEyMzQ1Njc4OWFiY2RlZg$7+/"
	  "qEheh109gdg4M3e8OHdzFjQSPKlC6NgbVvwpor58\n",
	    "1 hash of more than 10 passes\n", 0 },
	{ "ann " HASH "\nANN " HASH "\n", "2 stands in line 1 already\n", 1 },
	{ "a:b " HASH "\n", "1 " NONE, 0 }, { "a/b " HASH "\n", "1 " NONE, 0 },
	{ ":other " HASH "\n", "1 " NONE, 0 },
	{ ":secret " SECRET "\n", "", 1 },
	{ ":secret c2VjcmV0\n", "1 want 32 bytes in base64\n", 0 },
	{ ":secret " SECRET " x\n", "1 want 32 bytes in base64\n", 0 },
	{ ":secret " SECRET "\n:secret " SECRET "\n", "2 a second secret\n",
	    1 } };

static void
test_lines(void)
{
	struct memtable t;
	size_t i;

	for (i = 0; i < sizeof lines / sizeof *lines; i++) {
		memtable_make(&t, &conffile_logins, lines[i].text);
		is_str(buf_data(&t.faults), lines[i].faults, lines[i].text);
		is_num((long long)t.n, (long long)lines[i].records, "records");
		memtable_free(&t);
	}
}

static void
test_line_length(void)
{
	static char text[LOGINTABLE_LINE_MAX + 100];
	struct memtable t;
	int n = snprintf(text, sizeof text, "ann%*s" HASH, 900, "");

	snprintf(text + n, sizeof text - n, "%*soff\n",
	    LOGINTABLE_LINE_MAX - 3 - n, "");
	memtable_make(&t, &conffile_logins, text);
	is_str(buf_data(&t.faults), "", "a line of 1024 bytes");
	memtable_free(&t);
	snprintf(text + n, sizeof text - n, "%*soff\n",
	    LOGINTABLE_LINE_MAX - 2 - n, "");
	memtable_make(&t, &conffile_logins, text);
	is_str(buf_data(&t.faults), "1 longer than 1024 bytes\n", "one more");
	memtable_free(&t);
}

static void
test_name(void)
{
	static const struct {
		const char *in, *out;
	} t[] = { { "ann", "ann" },
		{ "Ann.B+c_d=E-9@Example.ORG", "ann.b+c_d=e-9@example.org" },
		{ "J\xc3\x9crgen", "j\xc3\x9crgen" }, { "", NULL },
		{ "a b", NULL }, { "a\tb", NULL }, { "a!b", NULL },
		{ "a\"b", NULL }, { "\xff", NULL }, { "<a@b>", NULL } };
	char out[SASLNAME_LOGIN_MAX + 1], big[SASLNAME_LOGIN_MAX + 1];
	size_t i;
	long n;

	for (i = 0; i < sizeof t / sizeof *t; i++) {
		n = logintable_name(t[i].in, strlen(t[i].in), out);
		if (t[i].out == NULL)
			is_num(n, -1, t[i].in);
		else
			is_str(out, t[i].out, t[i].in);
	}
	is_num(logintable_name("a\0b", 3, out), -1, "a NUL");
	memset(big, 'A', sizeof big);
	is_num(logintable_name(big, sizeof big - 1, out), 255, "255 bytes");
	is_num(logintable_name(big, sizeof big, out), -1, "one more");
}

static void
test_get(void)
{
	unsigned char secret[LOGINTABLE_SECRET_LEN];
	struct logintable_entry e;
	struct memtable t;
	struct lookup l = memtable_make(&t, &conffile_logins,
	    "ann " HASH "\nbob " HASH " " KEYS " off\n:secret " SECRET "\n");

	is_num(logintable_get(&l, "ann", 3, &e), 1, "a login");
	is_str(e.hash.p, HASH, "its hash, with a NUL");
	ok(!e.has_keys && !e.off, "and nothing else");
	is_num(logintable_get(&l, "bob", 3, &e), 1, "another");
	is_str(e.hash.p, HASH, "its hash");
	ok(e.has_keys && e.off, "and the rest");
	is_num(e.keys.iterations, 4096, "its keys");
	is_num(logintable_get(&l, "Bob", 3, &e), 0, "names are small");
	is_num(logintable_get(&l, "", 0, &e), 0, "the secret is no login");
	is_num(logintable_get(&l, "\0scram", 6, &e), 0, "nor the other");
	is_num(logintable_all_keys(&l), 0, "not all have keys");
	is_num(logintable_secret(&l, secret), 1, "the secret");
	ok(memcmp(secret, "secretsecretsecretsecretsecret12", 32) == 0,
	    "as it is");
	t.record[0].data[0] = 'x';
	is_num(logintable_get(&l, "ann", 3, &e), -1, "a damaged record");
	t.broken = 1;
	is_num(logintable_get(&l, "bob", 3, &e), -1, "a damaged table");
	is_num(logintable_all_keys(&l), -1, "says nothing");
	is_num(logintable_secret(&l, secret), -1, "at all");
	memtable_free(&t);
	l = memtable_make(&t, &conffile_logins, "bob " HASH " " KEYS "\n");
	is_num(logintable_all_keys(&l), 1, "all have keys");
	is_num(logintable_secret(&l, secret), 0, "and there is no secret");
	memtable_free(&t);
}

/* what is put is what is read */
static void
test_put(void)
{
	static const char text[] = ":secret " SECRET "\nann " HASH "\nbob " HASH
				   " " KEYS "\ncid " HASH " " KEYS " off\n";
	struct slice hash = { HASH, strlen(HASH) };
	struct scram_keys k;
	struct buf b = { 0 };

	scram_keys_get(&k, &KEYS[6], strlen(KEYS) - 6);
	logintable_put_secret(&b,
	    (const unsigned char *)"secretsecretsecretsecretsecret12");
	logintable_put(&b, "ann", hash, NULL, 0);
	logintable_put(&b, "bob", hash, &k, 0);
	logintable_put(&b, "cid", hash, &k, 1);
	buf_putc(&b, '\0');
	is_str(buf_data(&b), text, "lines");
	buf_free(&b);
}

/* it costs what one made here does, and nothing is its password */
static void
test_nobody(void)
{
	char made[PWHASH_TEXT_MAX];

	ok(pwhash_fault(logintable_nobody, strlen(logintable_nobody)) == NULL,
	    "nobody's hash is one");
	pwhash_make(made, "x", 1);
	ok(strlen(made) == strlen(logintable_nobody) &&
		strncmp(made, logintable_nobody, 31) == 0,
	    "as dear as others");
	is_num(pwhash_is(logintable_nobody, "", 0), 0, "and no password's");
}

int
main(void)
{
	test_lines();
	test_line_length();
	test_name();
	test_get();
	test_put();
	test_nobody();
	return done();
}
