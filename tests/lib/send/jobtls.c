/* what the labels of a job say of TLS: send/jobtls */
#include "send/jobtls.h"
#include "tap.h"
#include "tls/verify.h"
#include <stdlib.h>
#include <string.h>

#define GOOD "id:a\tn:3\tfrom:f@x\tto:t@y\tsize:7\tfile:/f\tmx:h/25/127.0.0.1"
#define HEX "0123456789abcdef0123456789ABCDEF0123456789abcdef0123456789abcdef"

static struct sendjob j;

static struct sendjob *
job(const char *line)
{
	sendjob_parse(line, strlen(line), &j);
	return &j;
}

static void
policies(void)
{
	static const struct {
		const char *label;
		int tls;
	} c[] = { { "", SENDTLS_UNSAID }, { "\ttls:", SENDTLS_UNSAID },
		{ "\ttls:none", SENDTLS_NONE }, { "\ttls:may", SENDTLS_MAY },
		{ "\ttls:must", SENDTLS_MUST },
		{ "\ttls:verify", SENDTLS_VERIFY },
		{ "\ttls:fingerprint", SENDTLS_FINGERPRINT },
		{ "\ttls:dane", SENDTLS_DANE }, { "\ttls:sts", SENDTLS_STS },
		{ "\ttls:May", -1 }, { "\ttls:whatever", -1 } };
	char line[200];
	size_t i;

	for (i = 0; i < sizeof c / sizeof *c; i++) {
		snprintf(line, sizeof line, GOOD "%s", c[i].label);
		is_num(jobtls_policy(job(line)), c[i].tls, c[i].label);
	}
}

/* how often a word, with a blank in front of each */
static const char *
times(unsigned n, const char *word)
{
	static char t[20 * 80];
	size_t at = 0;

	for (t[0] = '\0'; n > 0; n--)
		at += snprintf(t + at, sizeof t - at, " %s", word);
	return t;
}

static void
faults(void)
{
	static const struct {
		const char *label, *word, *wrong;
		unsigned n;
	} c[] = {
		{ "must", "", NULL, 0 },
		{ "whatever", "", "unknown tls policy", 0 },
		{ "dane", "", NULL, 0 },
		{ "dane\ttls-else:may", "", NULL, 0 },
		{ "dane\ttls-else:sts", "", NULL, 0 },
		{ "dane\ttls-else:none", "", "bad tls-else", 0 },
		{ "dane\ttls-else:x", "", "bad tls-else", 0 },
		{ "verify", "", "bad tls-names", 0 },
		{ "verify\ttls-names:", "", "bad tls-names", 0 },
		{ "verify\ttls-names:", "", "bad tls-names", 3 },
		{ "verify\ttls-names:", "a", NULL, 1 },
		{ "verify\ttls-names:", "a", NULL, SENDSITE_NAMES_MAX },
		{ "verify\ttls-names:", "a", "bad tls-names",
		    SENDSITE_NAMES_MAX + 1 },
		{ "verify\ttls-pins:", "key:" HEX, "bad tls-names", 1 },
		{ "fingerprint", "", "bad tls-pins", 0 },
		{ "fingerprint\ttls-pins:", "key:" HEX, NULL, 1 },
		{ "fingerprint\ttls-pins:", "cert:" HEX, NULL,
		    SENDSITE_PINS_MAX },
		{ "fingerprint\ttls-pins:", "cert:" HEX, "bad tls-pins",
		    SENDSITE_PINS_MAX + 1 },
		{ "fingerprint\ttls-pins:", "key:" HEX "0", "bad tls-pins", 1 },
		{ "fingerprint\ttls-pins:", HEX, "bad tls-pins", 1 },
		{ "fingerprint\ttls-pins:", "key:", "bad tls-pins", 1 },
		{ "fingerprint\ttls-pins:", "kez:" HEX, "bad tls-pins", 1 },
		{ "fingerprint\ttls-pins:", "key:x" HEX, "bad tls-pins", 1 },
	};
	char line[4000];
	const char *got;
	size_t i;

	is_num(SENDSITE_NAMES_MAX, TLS_NAMES_MAX, "names of a demand");
	for (i = 0; i < sizeof c / sizeof *c; i++) {
		snprintf(line, sizeof line, GOOD "\ttls:%s%s", c[i].label,
		    times(c[i].n, c[i].word));
		got = sendjob_parse(line, strlen(line), &j);
		is_str(got == NULL ? "good" : got,
		    c[i].wrong == NULL ? "good" : c[i].wrong, c[i].label);
	}
}

static void
fills(void)
{
	char key[SENDJOB_KEY_MAX];
	struct sendsite s;
	size_t n = sendjob_key(job(GOOD "\ttls:verify\ttls-names: a.example  "
					".b.example hostname"),
	    key);

	sendsite_fill(&s, &j, key, n);
	is_num(s.n_names, 3, "three names");
	is_str(s.names[0], "a.example", "the first");
	is_str(s.names[1], ".b.example", "the second");
	is_str(s.names[2], "hostname", "the last");
	is_num(s.n_pins, 0, "no pins");
	sendsite_free(&s);
	n = sendjob_key(job(GOOD "\ttls:fingerprint\ttls-pins:cert:" HEX
				 " key:" HEX),
	    key);
	sendsite_fill(&s, &j, key, n);
	is_num(s.n_pins, 2, "two pins");
	is_num(s.pins[0][0], 0x01, "a byte");
	is_num(s.pins[1][31], 0xef, "another");
	ok(memcmp(s.pins[0], s.pins[1], SENDSITE_PIN) == 0, "the same");
	sendsite_free(&s);
}

/* TLS from the first byte leaves no policy that goes without */
static void
implicit(void)
{
	static const struct {
		const char *labels;
		enum sendtls tls, otherwise;
	} cases[] = {
		{ "", SENDTLS_MUST, 0 },
		{ "\ttls:none", SENDTLS_MUST, 0 },
		{ "\ttls:may", SENDTLS_MUST, 0 },
		{ "\ttls:must", SENDTLS_MUST, 0 },
		{ "\ttls:sts", SENDTLS_STS, 0 },
		{ "\ttls:dane", SENDTLS_DANE, SENDTLS_DANE },
		{ "\ttls:dane\ttls-else:may", SENDTLS_DANE, SENDTLS_MUST },
		{ "\ttls:dane\ttls-else:sts", SENDTLS_DANE, SENDTLS_STS },
	};
	char key[SENDJOB_KEY_MAX], line[1000];
	struct sendsite s;
	size_t i, n;

	for (i = 0; i < sizeof cases / sizeof *cases; i++) {
		snprintf(line, sizeof line, "%s\timplicit:1%s", GOOD,
		    cases[i].labels);
		n = sendjob_key(job(line), key);
		sendsite_fill(&s, &j, key, n);
		ok(s.implicit, line);
		is_num(s.tls, cases[i].tls, "its policy");
		is_num(s.tls_else, cases[i].otherwise, "and without records");
		sendsite_free(&s);
	}
}

int
main(void)
{
	policies();
	faults();
	fills();
	implicit();
	return done();
}
