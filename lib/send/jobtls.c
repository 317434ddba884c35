#include "send/jobtls.h"
#include "base/ascii.h"
#include <string.h>

static int
policy(const struct ltsv_field *f)
{
	static const char *const words[SENDTLS_UNSAID] = { "none", "may",
		"must", "verify", "fingerprint", "dane", "sts" };
	int i;

	if (f == NULL || f->value_len == 0)
		return SENDTLS_UNSAID;
	for (i = 0; i < SENDTLS_UNSAID; i++)
		if (ltsv_is(f, words[i]))
			return i;
	return -1;
}

int
jobtls_policy(const struct sendjob *j)
{
	return policy(j->f[SENDJOB_TLS]);
}

/* what holds for a host without TLSA records: where nothing is said none will
 * do */
static int
otherwise(const struct sendjob *j)
{
	int p = policy(j->f[SENDJOB_TLS_ELSE]);

	return p == SENDTLS_UNSAID                 ? SENDTLS_DANE
	    : p == SENDTLS_MAY || p == SENDTLS_STS ? p
						   : -1;
}

/* the next of the words in p[0..*n), which get shorter; 0: there is none */
static size_t
next_word(const char **p, size_t *n, const char **word)
{
	size_t len = 0;

	while (*n > 0 && **p == ' ') {
		(*p)++;
		(*n)--;
	}
	*word = *p;
	while (len < *n && (*p)[len] != ' ')
		len++;
	*p += len;
	*n -= len;
	return len;
}

/* cert:HEX or key:HEX; 0, or -1 */
static int
pin(const char *p, size_t n, unsigned char print[SENDSITE_PIN])
{
	size_t kind = n > 5 && memcmp(p, "cert:", 5) == 0 ? 5
	    : n > 4 && memcmp(p, "key:", 4) == 0          ? 4
							  : 0;
	int high, low;
	size_t i;

	if (kind == 0 || n != kind + 2 * SENDSITE_PIN)
		return -1;
	for (i = 0; i < SENDSITE_PIN; i++) {
		high = ascii_hex_value(p[kind + 2 * i]);
		low = ascii_hex_value(p[kind + 2 * i + 1]);
		if (high == -1 || low == -1)
			return -1;
		print[i] = (unsigned char)(high << 4 | low);
	}
	return 0;
}

/* how many words; -1: one of them is no pin */
static int
count(const struct ltsv_field *f, int pins)
{
	unsigned char print[SENDSITE_PIN];
	const char *p = f == NULL ? "" : f->value, *word;
	size_t n = f == NULL ? 0 : f->value_len, len;
	int words = 0;

	while ((len = next_word(&p, &n, &word)) > 0) {
		words++;
		if (pins && pin(word, len, print) == -1)
			return -1;
	}
	return words;
}

const char *
jobtls_fault(const struct sendjob *j)
{
	int n;

	switch (jobtls_policy(j)) {
	case -1: return "unknown tls policy";
	case SENDTLS_VERIFY:
		n = count(j->f[SENDJOB_TLS_NAMES], 0);
		return n < 1 || n > SENDSITE_NAMES_MAX ? "bad tls-names" : NULL;
	case SENDTLS_FINGERPRINT:
		n = count(j->f[SENDJOB_TLS_PINS], 1);
		return n < 1 || n > SENDSITE_PINS_MAX ? "bad tls-pins" : NULL;
	case SENDTLS_DANE: return otherwise(j) == -1 ? "bad tls-else" : NULL;
	default: return NULL;
	}
}

static void
fill_names(struct sendsite *s, const struct ltsv_field *f, char **room)
{
	const char *p = f->value, *word;
	size_t n = f->value_len, len;

	while ((len = next_word(&p, &n, &word)) > 0) {
		s->names[s->n_names++] = *room;
		memcpy(*room, word, len);
		(*room)[len] = '\0';
		*room += len + 1;
	}
}

static void
fill_pins(struct sendsite *s, const struct ltsv_field *f, char **room)
{
	const char *p = f->value, *word;
	size_t n = f->value_len, len;

	s->pins = (unsigned char(*)[SENDSITE_PIN]) * room;
	while ((len = next_word(&p, &n, &word)) > 0)
		pin(word, len, s->pins[s->n_pins++]);
	*room += s->n_pins * SENDSITE_PIN;
}

void
jobtls_fill(struct sendsite *s, const struct sendjob *j, char **room)
{
	s->tls = (unsigned char)jobtls_policy(j);
	s->implicit = ltsv_is(j->f[SENDJOB_IMPLICIT], "1");
	s->requiretls = ltsv_is(j->f[SENDJOB_REQUIRETLS], "1");
	/* there is no word in clear that such a host would know */
	if (s->implicit && (s->tls <= SENDTLS_MAY || s->tls == SENDTLS_UNSAID))
		s->tls = SENDTLS_MUST;
	if (s->tls == SENDTLS_DANE)
		s->tls_else = (unsigned char)otherwise(j);
	if (s->implicit && s->tls_else == SENDTLS_MAY)
		s->tls_else = SENDTLS_MUST;
	if (s->tls == SENDTLS_VERIFY)
		fill_names(s, j->f[SENDJOB_TLS_NAMES], room);
	if (s->tls == SENDTLS_FINGERPRINT)
		fill_pins(s, j->f[SENDJOB_TLS_PINS], room);
}
