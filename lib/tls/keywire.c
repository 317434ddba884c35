#include "tls/keywire.h"
#include "base/ascii.h"
#include "base/num.h"
#include "format/ltsv.h"
#include "format/netstring.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>

static const char *const scheme_word[] = { "ecdsa-sha256", "ecdsa-sha384",
	"ecdsa-sha512", "rsa-sha256", "rsa-sha384", "rsa-sha512" };
enum { SCHEMES = sizeof scheme_word / sizeof *scheme_word };

static const char no_list[] = "not a list of certificates";

unsigned
keywire_bits(enum keywire_scheme s)
{
	return 256 + 128 * ((unsigned)s % 3);
}

int
keywire_rsa(enum keywire_scheme s)
{
	return s >= KEYWIRE_RSA_256;
}

/* hexadecimal digits */

static int
put_hex(struct buf *b, const unsigned char *p, size_t n)
{
	char t[2];
	size_t i;

	for (i = 0; i < n; i++) {
		ascii_hex(t, p[i]);
		if (buf_put(b, t, 2) == -1)
			return -1;
	}
	return 0;
}

/* exactly n bytes out of 2 n digits; 0, or -1 */
static int
get_hex(struct slice s, unsigned char *out, size_t n)
{
	size_t i;
	int high, low;

	if (s.n != 2 * n)
		return -1;
	for (i = 0; i < n; i++) {
		high = ascii_hex_value(s.p[2 * i]);
		low = ascii_hex_value(s.p[2 * i + 1]);
		if (high == -1 || low == -1)
			return -1;
		out[i] = (unsigned char)(high << 4 | low);
	}
	return 0;
}

/* requests */

static int
put_text(struct buf *b, const struct keywire_request *r)
{
	switch (r->verb) {
	case KEYWIRE_PING: return buf_puts(b, "ping");
	case KEYWIRE_LIST:
		return buf_puts(b, "list ") == -1 ||
			buf_putnum(b, r->generation) == -1
		    ? -1
		    : 0;
	default:
		return buf_puts(b, "sign ") == -1 ||
			put_hex(b, r->key, sizeof r->key) == -1 ||
			buf_putc(b, ' ') == -1 ||
			buf_puts(b, scheme_word[r->scheme]) == -1 ||
			buf_putc(b, ' ') == -1 ||
			put_hex(b, r->digest, r->digest_len) == -1
		    ? -1
		    : 0;
	}
}

int
keywire_put(struct buf *out, const struct keywire_request *r)
{
	struct buf b = { 0 };
	int e = put_text(&b, r);

	if (e == 0)
		e = netstring_put(out, buf_data(&b), buf_len(&b));
	buf_free(&b);
	return e == 0 ? 0 : -1;
}

static const char *
get_sign(struct slice rest, struct keywire_request *r)
{
	struct slice key, scheme, digest;
	unsigned i;

	word_piece(&rest, ' ', &key);
	if (!word_piece(&rest, ' ', &scheme) ||
	    !word_piece(&rest, ' ', &digest) || rest.p != NULL)
		return "not a request: want sign KEYID SCHEME DIGEST, list "
		       "GENERATION or ping";
	if (get_hex(key, r->key, sizeof r->key) == -1)
		return "not a key id";
	for (i = 0; i < SCHEMES && !word_is(scheme, scheme_word[i]); i++)
		;
	if (i == SCHEMES)
		return "unknown scheme";
	r->scheme = (enum keywire_scheme)i;
	r->digest_len = keywire_bits(r->scheme) / 8;
	if (get_hex(digest, r->digest, r->digest_len) == -1)
		return "not a digest of that length";
	return NULL;
}

const char *
keywire_get(const char *p, size_t n, struct keywire_request *r)
{
	struct slice rest = { p, n }, verb;

	memset(r, 0, sizeof *r);
	word_piece(&rest, ' ', &verb);
	if (word_is(verb, "ping") && rest.p == NULL) {
		r->verb = KEYWIRE_PING;
		return NULL;
	}
	if (word_is(verb, "list") && rest.p != NULL &&
	    num_scan(rest.p, rest.n, 0, UINT64_MAX, &r->generation) == 0) {
		r->verb = KEYWIRE_LIST;
		return NULL;
	}
	r->verb = KEYWIRE_SIGN;
	if (!word_is(verb, "sign"))
		rest.p = NULL;
	return get_sign(rest, r);
}

/* answers */

int
keywire_answer(struct buf *out, char kind, const void *p, size_t n)
{
	return buf_putnum(out, n + 1) == -1 || buf_putc(out, ':') == -1 ||
		buf_putc(out, kind) == -1 ||
		(n > 0 && buf_put(out, p, n) == -1) || buf_putc(out, ',') == -1
	    ? -1
	    : 0;
}

int
keywire_put_generation(struct buf *out, uint64_t generation)
{
	struct buf b = { 0 };
	int r = buf_putnum(&b, generation);

	if (r == 0)
		r = netstring_put(out, buf_data(&b), buf_len(&b));
	buf_free(&b);
	return r;
}

static int
put_line(struct buf *b, const struct identity *id)
{
	size_t i;

	if (buf_puts(b, "id:") == -1 || put_hex(b, id->id, sizeof id->id) == -1)
		return -1;
	if (ltsv_puts(b, "kind",
		id->kind == IDENTITY_RSA ? "rsa"
		    : id->curve == 23    ? "ec256"
					 : "ec384") == -1 ||
	    buf_puts(b, "\tnames:") == -1)
		return -1;
	for (i = 0; i < id->n_names; i++)
		if ((i > 0 && buf_putc(b, ',') == -1) ||
		    ltsv_escape(b, id->names[i], strlen(id->names[i])) == -1)
			return -1;
	return ltsv_putnum(b, "until",
		   id->until_s < 0 ? 0 : (uint64_t)id->until_s) == -1 ||
		ltsv_putnum(b, "self", id->self) == -1 ||
		ltsv_puts(b, "file", id->file) == -1
	    ? -1
	    : 0;
}

int
keywire_put_identity(struct buf *out, const struct identity *id)
{
	struct buf line = { 0 }, all = { 0 };
	size_t i;
	int r = put_line(&line, id);

	if (r == 0)
		r = netstring_put(&all, buf_data(&line), buf_len(&line));
	for (i = 0; i < id->n_chain && r == 0; i++)
		r = netstring_put(&all, id->chain[i].p, id->chain[i].n);
	if (r == 0)
		r = netstring_put(out, buf_data(&all), buf_len(&all));
	buf_free(&line);
	buf_free(&all);
	return r;
}

/* and back */

/* the next netstring of s; 1, 0: none is left, -1: it is none */
static int
next(struct slice *s, size_t max, struct slice *content)
{
	long used;

	if (s->n == 0)
		return 0;
	used = netstring_whole(s->p, s->n, max, &content->p, &content->n);
	if (used <= 0)
		return -1;
	s->p += used;
	s->n -= used;
	return 1;
}

static int
get_kind(const struct ltsv *t, struct identity *id)
{
	const struct ltsv_field *f = ltsv_find(t, "kind");

	if (f == NULL)
		return -1;
	id->kind = ltsv_is(f, "rsa") ? IDENTITY_RSA : IDENTITY_EC;
	id->curve = ltsv_is(f, "ec256") ? 23 : ltsv_is(f, "ec384") ? 24 : 0;
	return id->kind == IDENTITY_EC && id->curve == 0 ? -1 : 0;
}

/* text is that of names and file, each with a NUL behind it */
static int
get_names(const struct ltsv *t, struct identity *id, char *text, size_t room,
    const char *name[IDENTITY_NAMES_MAX])
{
	long n = ltsv_get(t, "names", text, room);
	char *comma;

	if (n < 0 || memchr(text, '\0', n) != NULL)
		return -1;
	id->names = name;
	for (id->n_names = 0; n > 0 && text != NULL;
	     text = comma == NULL ? NULL : comma + 1) {
		if (id->n_names == IDENTITY_NAMES_MAX)
			return -1;
		name[id->n_names++] = text;
		comma = strchr(text, ',');
		if (comma != NULL)
			*comma = '\0';
		if (*text == '\0')
			return -1;
	}
	return 0;
}

static int
get_line(struct slice line, struct identity *id, char *text, size_t room,
    const char *name[IDENTITY_NAMES_MAX])
{
	static struct ltsv t;
	const struct ltsv_field *f;
	uint64_t until, self;
	long n;

	if (ltsv_parse(line.p, line.n, &t) == -1 || get_kind(&t, id) == -1 ||
	    (f = ltsv_find(&t, "id")) == NULL ||
	    get_hex((struct slice){ f->value, f->value_len }, id->id,
		sizeof id->id) == -1 ||
	    ltsv_num(&t, "until", 0, INT64_MAX, &until) == -1 ||
	    ltsv_num(&t, "self", 0, 1, &self) == -1 ||
	    (n = ltsv_get(&t, "file", text, room)) <= 0 ||
	    memchr(text, '\0', n) != NULL)
		return -1;
	id->until_s = (int64_t)until;
	id->self = self == 1;
	id->file = text;
	return get_names(&t, id, text + n + 1, room - n - 1, name);
}

static const char *
add(struct identity_set *set, struct slice rest)
{
	struct slice chain[IDENTITY_CHAIN_MAX], line;
	const char *name[IDENTITY_NAMES_MAX];
	struct identity id = { .chain = chain };
	const char *fault = no_list;
	char *text;
	int r;

	if (next(&rest, LTSV_LINE_MAX, &line) != 1)
		return no_list;
	while ((r = next(&rest, IDENTITY_CERT_MAX, &chain[id.n_chain])) == 1)
		if (++id.n_chain == IDENTITY_CHAIN_MAX)
			break;
	if (r == -1 || rest.n > 0 || id.n_chain == 0 || chain[0].n == 0)
		return no_list;
	/* what is unescaped is not longer */
	text = malloc(line.n + 2);
	if (text == NULL)
		return "out of memory";
	if (get_line(line, &id, text, line.n + 2, name) == 0)
		fault = identity_add(set, &id) == 0 ? NULL
		    : errno == ENOMEM               ? "out of memory"
						    : no_list;
	free(text);
	return fault;
}

static const char *
fill(struct identity_set *set, struct slice rest, uint64_t *generation)
{
	const char *fault = NULL;
	struct slice one;
	int r;

	if (next(&rest, KEYWIRE_REQUEST_MAX, &one) != 1 ||
	    num_scan(one.p, one.n, 1, UINT64_MAX, generation) == -1)
		return no_list;
	while (fault == NULL && (r = next(&rest, KEYWIRE_LIST_MAX, &one)) != 0)
		fault = r == -1 ? no_list : add(set, one);
	return fault;
}

const char *
keywire_identities(const char *p, size_t n, struct identity_set **set,
    uint64_t *generation)
{
	const char *fault;

	*set = identity_set_new();
	if (*set == NULL)
		return "out of memory";
	fault = fill(*set, (struct slice){ p, n }, generation);
	if (fault != NULL) {
		identity_set_drop(*set);
		*set = NULL;
	}
	return fault;
}
