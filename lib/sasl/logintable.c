#include "sasl/logintable.h"
#include "base/ascii.h"
#include "base/base64.h"
#include "base/plain.h"
#include "crypt/pwhash.h"
#include <string.h>

#define ALL_KEYS "\0scram"

const char logintable_nobody[] =
    "$argon2id$v=19$m=65536,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$"
    "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

struct state {
	struct wordset names;
	unsigned secret;          /* its line */
	unsigned logins, has_all; /* how many, and those with keys */
};

long
logintable_name(const char *p, size_t n, char out[SASLNAME_LOGIN_MAX + 1])
{
	size_t i;

	if (!saslname_login_ok(p, n))
		return -1;
	for (i = 0; i < n; i++)
		if ((unsigned char)p[i] < 0x80 && !ascii_alnum(p[i]) &&
		    strchr("._=+-@", p[i]) == NULL)
			return -1;
	ascii_lower_copy(out, p, n);
	out[n] = '\0';
	return (long)n;
}

/* the text */

static int
blank(char c)
{
	return c == ' ' || c == '\t';
}

struct slice
logintable_word(const char **p, const char *end)
{
	struct slice w;

	while (*p < end && blank(**p))
		++*p;
	w.p = *p;
	while (*p < end && !blank(**p))
		++*p;
	w.n = *p - w.p;
	return w;
}

/* what stands behind the name: record receives it with NULs between */
static const char *
read_words(const char *p, const char *end, char *record, size_t *len, int *keys)
{
	struct slice hash = logintable_word(&p, end), w;
	const char *fault = pwhash_fault(hash.p, hash.n);
	struct scram_keys k;
	int off = 0;

	*keys = 0;
	if (fault != NULL)
		return fault;
	memcpy(record, hash.p, hash.n);
	*len = hash.n;
	while ((w = logintable_word(&p, end)).n > 0) {
		if (word_is(w, "off") && !off)
			off = 1;
		else if (w.n > 6 && memcmp(w.p, LOGINTABLE_KEYS, 6) == 0 &&
		    !*keys && !off && scram_keys_get(&k, w.p + 6, w.n - 6) == 0)
			*keys = 1;
		else
			return "want scram=ROUNDS:SALT:STOREDKEY:SERVERKEY, or "
			       "off behind it";
		record[(*len)++] = '\0';
		memcpy(record + *len, w.p, w.n);
		*len += w.n;
	}
	/* so that the hash ends in a NUL, whatever follows */
	record[(*len)++] = '\0';
	return NULL;
}

static int
secret_line(struct state *s, const char *p, const char *end, unsigned lineno,
    const struct conffile_sink *sink)
{
	unsigned char secret[LOGINTABLE_SECRET_LEN];
	struct slice w = logintable_word(&p, end);

	if (base64_get(w.p, w.n, secret, sizeof secret) != sizeof secret ||
	    logintable_word(&p, end).n > 0)
		return conffile_wrong(sink, "want 32 bytes in base64");
	if (s->secret != 0)
		return conffile_wrong(sink, "a second secret");
	s->secret = lineno;
	return sink->add(sink->arg, "", 0, w.p, w.n);
}

static int
line(void *arg, const char *p, size_t n, unsigned lineno,
    const struct conffile_sink *sink)
{
	char name[SASLNAME_LOGIN_MAX + 1], record[LOGINTABLE_LINE_MAX + 1];
	struct state *s = arg;
	const char *end = p + n, *fault;
	struct slice w;
	size_t len;
	long name_len;
	int keys;

	if (n > LOGINTABLE_LINE_MAX)
		return conffile_wrong(sink, "longer than 1024 bytes");
	w = logintable_word(&p, end);
	if (word_is(w, LOGINTABLE_SECRET))
		return secret_line(s, p, end, lineno, sink);
	name_len = logintable_name(w.p, w.n, name);
	if (name_len == -1)
		return conffile_wrong(sink, "not a name for a login");
	fault = read_words(p, end, record, &len, &keys);
	if (fault != NULL)
		return conffile_wrong(sink, fault);
	if (wordset_once(&s->names, name, name_len, lineno, sink) == -1)
		return -1;
	s->logins++;
	s->has_all += keys;
	return sink->add(sink->arg, name, name_len, record, len);
}

static int
finish(void *arg, const struct conffile_sink *sink)
{
	struct state *s = arg;
	int r = 0;

	wordset_free(&s->names);
	if (s->logins > 0 && s->logins == s->has_all)
		r = sink->add(sink->arg, ALL_KEYS, sizeof ALL_KEYS - 1, "1", 1);
	return r;
}

const struct conffile conffile_logins = { "passwd", sizeof(struct state), line,
	finish };

int
logintable_put(struct buf *b, const char *name, struct slice hash,
    const struct scram_keys *keys, int off)
{
	if (buf_puts(b, name) == -1 || buf_putc(b, ' ') == -1 ||
	    buf_put(b, hash.p, hash.n) == -1)
		return -1;
	if (keys != NULL &&
	    (buf_puts(b, " " LOGINTABLE_KEYS) == -1 ||
		scram_keys_put(b, keys) == -1))
		return -1;
	return buf_puts(b, off ? " off\n" : "\n");
}

int
logintable_put_secret(struct buf *b,
    const unsigned char secret[LOGINTABLE_SECRET_LEN])
{
	if (buf_puts(b, LOGINTABLE_SECRET " ") == -1 ||
	    base64_put(b, secret, LOGINTABLE_SECRET_LEN) == -1)
		return -1;
	return buf_putc(b, '\n');
}

/* the table */

int
logintable_get(const struct lookup *l, const char *name, size_t n,
    struct logintable_entry *e)
{
	struct slice rest, w;
	int r;

	memset(e, 0, sizeof *e);
	/* the empty one, and what begins with a NUL, are no names */
	if (n == 0 || name[0] == '\0')
		return 0;
	r = lookup_get(l, name, n, &rest.p, &rest.n);
	if (r != 1)
		return r;
	if (!word_piece(&rest, '\0', &e->hash) || rest.p == NULL ||
	    pwhash_fault(e->hash.p, e->hash.n) != NULL)
		return -1;
	while (word_piece(&rest, '\0', &w))
		if (word_is(w, "off"))
			e->off = 1;
		else if (w.n > 6 && memcmp(w.p, LOGINTABLE_KEYS, 6) == 0 &&
		    scram_keys_get(&e->keys, w.p + 6, w.n - 6) == 0)
			e->has_keys = 1;
		else if (w.n > 0)
			return -1;
	return 1;
}

int
logintable_all_keys(const struct lookup *l)
{
	const char *data;
	size_t n;

	return lookup_get(l, ALL_KEYS, sizeof ALL_KEYS - 1, &data, &n);
}

int
logintable_secret(const struct lookup *l,
    unsigned char out[LOGINTABLE_SECRET_LEN])
{
	const char *data;
	size_t n;
	int r = lookup_get(l, "", 0, &data, &n);

	if (r != 1)
		return r;
	return base64_get(data, n, out, LOGINTABLE_SECRET_LEN) ==
		LOGINTABLE_SECRET_LEN
	    ? 1
	    : -1;
}
