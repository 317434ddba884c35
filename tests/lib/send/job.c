#include "send/job.h"
#include "tap.h"
#include <stdlib.h>

#define GOOD \
	"id:a\tn:3\tfrom:f@x\tto:t@y\tsize:7\tfile:/f\toff:5\tmx:h/25/127.0.0.1"
#define VERIFY \
	"id:a\tn:3\tfrom:\tto:t@y\tverify:1\tmx:h/25/127.0.0.1\tsmtputf8:1"

static const struct {
	const char *line, *wrong; /* NULL: nothing */
	int answer;               /* an answer is possible */
} parse[] = {
	{ GOOD "\n", NULL, 1 },
	{ "x", "no LTSV", 0 },
	{ "", "no id or n", 0 },
	{ "id:a", "no id or n", 0 },
	{ "id:a\tn:x", "no id or n", 0 },
	{ "id:a\tn:4294967296", "no id or n", 0 },
	{ "idx:a\tn:1", "no id or n", 0 },
	{ "id:a\tn:4294967295", "no from or to", 1 },
	{ "id:a\tn:1\tfrom:\tto:b", "no file or size", 1 },
	{ "id:a\tn:1\tfrom:\tto:b\tfile:/f\tsize:-1", "no file or size", 1 },
	{ "id:a\tn:1\tfrom:\tto:b\tfile:/f\tsize:1\toff:x", "bad off", 1 },
	{ "id:a\tn:1\tfrom:\tto:b\tfile:/f\tsize:1", "no mx", 1 },
	{ "id:a\tn:1\tfrom:\tto:b\tverify:1", "no mx", 1 },
	{ VERIFY, NULL, 1 },
	{ "id:a\tn:1\tfrom:\tto:b\tverify:0\tmx:h", "no file or size", 1 },
	{ "id:a\tn:1\tfrom:\tto:b\tverify:1\tfile:/f\tmx:h", "no file or size",
	    1 },
	{ GOOD "\tconn:1000001", "bad conn", 1 },
	{ GOOD "\tconn:1000000", NULL, 1 },
	{ GOOD "\tmsgs-per-conn:1000001", "bad msgs-per-conn", 1 },
	{ GOOD "\thelo:a\\0b", "NUL in a value", 1 },
	{ GOOD "\thelo:a\\\\0b", NULL, 1 },
	{ GOOD "\ttls:must", NULL, 1 },
	{ GOOD "\ttls:whatever", "unknown tls policy", 1 },
	{ GOOD "\tother:a\\0b", NULL, 1 },
};

static struct sendjob j;

static struct sendjob *
job(const char *line)
{
	sendjob_parse(line, strlen(line), &j);
	return &j;
}

static void
test_parse(void)
{
	size_t i;
	const char *got;

	for (i = 0; i < sizeof parse / sizeof *parse; i++) {
		got = sendjob_parse(parse[i].line, strlen(parse[i].line), &j);
		is_str(got == NULL ? "good" : got,
		    parse[i].wrong == NULL ? "good" : parse[i].wrong, "parse");
		is_num(j.f[SENDJOB_ID] != NULL, parse[i].answer, "answer");
	}
	is_num(sendjob_addresses(job(GOOD)), SENDJOB_GOOD, "addresses");
	is_num(sendjob_addresses(job("id:a\tn:1\tfrom:a b\tto:c\tfile:/f\t"
				     "size:1\tmx:x")),
	    SENDJOB_BAD_FROM, "sender");
	is_num(sendjob_addresses(job("id:a\tn:1\tfrom:\tto:c\\nd\tfile:/f\t"
				     "size:1\tmx:x")),
	    SENDJOB_BAD_TO, "recipient");
	is_num(sendjob_addresses(job("id:a\tn:1\tfrom:\tto:\tfile:/f\t"
				     "size:1\tmx:x")),
	    SENDJOB_BAD_TO, "no recipient");
}

static void
test_limits(void)
{
	char line[SENDJOB_TEXT_MAX + 400], key[SENDJOB_KEY_MAX];
	size_t used = strlen("a3f@xt@y7/f5h/25/127.0.0.1x"), n;

	n = snprintf(line, sizeof line, "%s\tsite:x\thelo:", GOOD);
	memset(line + n, 'x', SENDJOB_TEXT_MAX);
	ok(sendjob_parse(line, n + SENDJOB_TEXT_MAX - 1 - used, &j) == NULL,
	    "labels as long as may be");
	is_num(sendjob_key(&j, key), 0, "yet too long for a site");
	is_str(sendjob_parse(line, n + SENDJOB_TEXT_MAX - used, &j), "too long",
	    "one longer");
	/* "x", and behind each label of the key a byte */
	n -= 1 + SENDJOB_LABELS - SENDJOB_SITE;
	sendjob_parse(line, n + SENDJOB_KEY_MAX, &j);
	is_num(sendjob_key(&j, key), SENDJOB_KEY_MAX, "longest key");
	sendjob_parse(line, n + SENDJOB_KEY_MAX + 1, &j);
	is_num(sendjob_key(&j, key), 0, "one longer");
}

static void
test_site(void)
{
	struct sendsite s;
	char key[SENDJOB_KEY_MAX], other[SENDJOB_KEY_MAX];
	char text[DIAL_TEXT_MAX];
	size_t n =
	    sendjob_key(job(GOOD "\tsite:a\\tb\tvia:p\thelo:me\t"
				 "proto:lmtp\tbind:127.0.0.2\tbind6:::2"),
		key);

	is_num(sendsite_fill(&s, &j, key, n), 0, "site");
	is_str(s.name, "a\tb", "name");
	is_str(s.via, "p", "via");
	is_str(s.helo, "me", "helo");
	is_num(s.lmtp, 1, "lmtp");
	is_num(s.tls, SENDTLS_UNSAID, "no policy");
	is_str(dial_text(&s.bind, text), "127.0.0.2", "bind");
	is_str(dial_text(&s.bind6, text), "::2", "bind6");
	sendsite_free(&s);
	n = sendjob_key(job(GOOD "\tsite:s\tvia:v"), key);
	ok(n ==
		    sendjob_key(job("id:b\tn:1\tfrom:\tto:b\tsize:1\tfile:/g\t"
				    "mx:other\tvia:v\tsite:s"),
			other) &&
		memcmp(key, other, n) == 0,
	    "a named site may have several host lists");
	n = sendjob_key(job(GOOD "\tsite:s\tvia:v\ttls:must"), key);
	is_num(sendsite_fill(&s, &j, key, n), 0, "site");
	is_num(s.tls, SENDTLS_MUST, "its policy");
	sendsite_free(&s);
	ok(n != sendjob_key(job(GOOD "\tsite:s\tvia:v\ttls:may"), other) ||
		memcmp(key, other, n) != 0,
	    "another policy is another site");
	n = sendjob_key(job(GOOD "\tvia:v"), key);
	ok(n !=
		    sendjob_key(job("id:b\tn:1\tfrom:\tto:b\tsize:1\tfile:/g\t"
				    "mx:other\tvia:v"),
			other) ||
		memcmp(key, other, n) != 0,
	    "one without a name is its hosts");
	n = sendjob_key(job(GOOD "\thelo:a b\tbind:x"), key);
	sendsite_fill(&s, &j, key, n);
	ok(s.name == NULL && s.helo == NULL && s.bind.kind == DIAL_NONE,
	    "what is missing or no good");
	sendsite_free(&s);
}

static void
test_txn(void)
{
	struct sendtxn *t;
	char line[400];
	unsigned i;

	t = sendtxn_new(job(GOOD "\tbody:8bit\tret:FULL\tenvid:e\tnotify:NEVER"
				 "\torcpt:rfc822;t@y"));
	is_str(t->mail.from, "f@x", "from");
	is_str(t->mail.dsn, "RET=FULL ENVID=e", "its parameters");
	is_str(t->one.to, "t@y", "to");
	is_str(t->one.dsn, "NOTIFY=NEVER ORCPT=rfc822;t@y", "its parameters");
	ok(t->mail.body8 && !t->mail.utf8 && t->size == 7 && t->off == 5 &&
		t->one.n == 3,
	    "the rest");
	ok(sendtxn_same(t, job(GOOD)), "the same");
	ok(!sendtxn_same(t,
	       job("id:b\tn:3\tfrom:f@x\tto:t@y\tsize:7\tfile:/f"
		   "\toff:5\tmx:h/25/127.0.0.1")),
	    "another message");
	ok(!sendtxn_same(t,
	       job("id:a\tn:3\tfrom:g@x\tto:t@y\tsize:7\tfile:/f"
		   "\toff:5\tmx:h/25/127.0.0.1")),
	    "another sender");
	ok(!sendtxn_same(t,
	       job("id:a\tn:3\tfrom:f@x\tto:t@y\tsize:7\tfile:/f"
		   "\toff:5\tmx:h/26/127.0.0.1")),
	    "other hosts");
	ok(!sendtxn_same(t, job(GOOD "\ttls-from:default")),
	    "a policy of another origin");
	for (i = 1; i < 1000; i++) {
		snprintf(line, sizeof line,
		    "id:a\tn:%u\tfrom:f@x\tto:t%u\t"
		    "size:7\tfile:/f\toff:5\tmx:h/25/127.0.0.1\tnotify:N%u",
		    i, i, i);
		if (sendtxn_add(t, job(line)) == -1)
			break;
	}
	is_num(t->mail.n_rcpt, 1000, "many recipients");
	is_str(t->mail.rcpt[999].to, "t999", "the last");
	is_str(t->mail.rcpt[999].dsn, "NOTIFY=N999", "its parameters");
	is_str(t->mail.rcpt[0].to, "t@y", "the first");
	sendtxn_free(t);
	t = sendtxn_new(job(GOOD "\ttls-from:routes:3\tdomain:y"));
	is_str(t->tls_from, "routes:3", "why this policy");
	is_str(t->domain, "y", "domain");
	ok(sendtxn_same(t, job(GOOD "\ttls-from:routes:3\tdomain:z")),
	    "the same policy, another domain");
	ok(!sendtxn_same(t, job(GOOD)), "none");
	sendtxn_free(t);
	t = sendtxn_new(job(VERIFY));
	ok(t->mail.verify && t->file == NULL && t->size == 0 && !t->mail.utf8,
	    "one that only asks");
	ok(sendtxn_same(t, job(VERIFY)), "another one");
	ok(!sendtxn_same(t,
	       job("id:a\tn:3\tfrom:\tto:t@y\tsize:7\tfile:/f\tverify:1\t"
		   "mx:h/25/127.0.0.1")),
	    "one with a message does not");
	sendtxn_free(t);
	t = sendtxn_new(job("id:a\tn:1\tfrom:\tto:\xc3\xa4\tverify:1\tmx:h"));
	ok(t->mail.utf8, "an address that needs SMTPUTF8 asks for it");
	sendtxn_free(t);
	t = sendtxn_new(job("id:a\tn:1\tfrom:\tto:\xc3\xa4\tsize:7\tfile:/f\t"
			    "mx:h\tnotify:a b\torcpt:\xc3\tret:\\n\tenvid:"));
	ok(t->mail.utf8 && t->one.dsn == NULL && t->mail.dsn == NULL,
	    "8-bit address, parameters that may not be said");
	sendtxn_free(t);
}

/* tried anew only when nobody has heard anything */
static void
test_again(void)
{
	struct sendtxn *t;

	t = sendtxn_new(job("id:a\tn:1\tfrom:f@x\tto:t@y\tsize:7\tfile:/f\t"
			    "mx:h"));
	t->mail.at = SMTPOUT_DOT;
	t->mail.sent = t->mail.got = 3;
	t->mail.accepted = t->mail.open = 1;
	t->one.state = SMTPOUT_ACCEPTED;
	ok(sendtxn_again(t), "an accepted recipient has no answer");
	ok(t->mail.at == SMTPOUT_COMMANDS && t->mail.sent == 0 &&
		t->mail.got == 0 && t->mail.accepted == 0 && !t->mail.open &&
		t->one.state == SMTPOUT_WAITING,
	    "as if it had not begun");
	is_num(t->retried, 1, "counted");
	t->one.state = SMTPOUT_DECIDED;
	ok(!sendtxn_again(t) && t->retried == 1, "one with an answer");
	sendtxn_free(t);
}

int
main(void)
{
	test_parse();
	test_limits();
	test_site();
	test_txn();
	test_again();
	return done();
}
