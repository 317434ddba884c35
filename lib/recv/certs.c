#include "recv/certs.h"
#include "base/ascii.h"
#include "sasl/saslname.h"

/* two digits for each byte, perhaps colons between; 0 or -1 */
static int
fingerprint(const char *p, size_t n, unsigned char out[CERTS_LEN])
{
	const char *end = p + n;
	int i, high, low;

	for (i = 0; i < CERTS_LEN; i++) {
		if (i > 0 && p < end && *p == ':')
			p++;
		if (end - p < 2 || (high = ascii_hex_value(p[0])) == -1 ||
		    (low = ascii_hex_value(p[1])) == -1)
			return -1;
		out[i] = (unsigned char)(high << 4 | low);
		p += 2;
	}
	return p == end ? 0 : -1;
}

static int
line(void *arg, const char *p, size_t n, unsigned lineno,
    const struct conffile_sink *sink)
{
	char word[WORD_LINE_MAX + 1], login[WORD_LINE_MAX + 1];
	unsigned char key[CERTS_LEN];
	const char *end = p + n;
	size_t len, login_len;

	if (word_next(&p, end, word, &len) != 1 ||
	    fingerprint(word, len, key) == -1)
		return conffile_wrong(sink,
		    "not a fingerprint: want 64 hexadecimal digits");
	if (word_next(&p, end, login, &login_len) != 1 ||
	    !saslname_login_ok(login, login_len))
		return conffile_wrong(sink, "not a login");
	if (word_next(&p, end, word, &len) != 0)
		return conffile_wrong(sink, "more than a login");
	if (wordset_once(arg, (const char *)key, sizeof key, lineno, sink) ==
	    -1)
		return -1;
	return sink->add(sink->arg, (const char *)key, sizeof key, login,
	    login_len);
}

const struct conffile conffile_certs = { "certs", sizeof(struct wordset), line,
	wordset_finish };

int
certs_login(const struct lookup *l, const unsigned char cert[CERTS_LEN],
    struct slice *login)
{
	return lookup_get(l, (const char *)cert, CERTS_LEN, &login->p,
	    &login->n);
}
