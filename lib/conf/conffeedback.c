#include "conf/conffeedback.h"
#include "base/ascii.h"
#include "base/buf.h"
#include "mail/token.h"
#include <stdio.h>
#include <string.h>

enum { KEY_ROOM = 2 + WORD_ADDRESS_MAX, DATA_ROOM = 2 * 65 + 8 };

static const char *const kinds[] = { "return-path", "domain", "address",
	"unsubscribe", "host", "list", NULL };
static const char letters[] = "rdauhl";
static const char *const wants[] = { "not a domain", "not a domain",
	"not an address", "not an address", "not a host",
	"a list has 1 to 64 bytes" };
enum { KINDS = sizeof wants / sizeof *wants };

/* one WORD=VALUE into its place; NULL, or what is wrong */
static const char *
read_word(struct conffeedback *c, int letter, char *word, size_t n)
{
	size_t len;
	char *value = word_value(word, n, &len), *place = NULL;

	if (value == NULL)
		return "want tenant=, stream= or believe=";
	if (strcmp(word, "believe") == 0 && strchr("hl", letter) != NULL)
		return "believe= is for what arrives by mail";
	if (strcmp(word, "believe") == 0) {
		if (strcmp(value, "recipient") != 0 &&
		    strcmp(value, "message") != 0)
			return "believe= wants recipient or message";
		c->believe = *value == 'm';
		return NULL;
	}
	if (strcmp(word, "tenant") == 0)
		place = c->tenant;
	else if (strcmp(word, "stream") == 0)
		place = c->stream;
	else
		return "want tenant=, stream= or believe=";
	if (len == 0 || len > CONFFEEDBACK_NAME_MAX || !word_name(value, len))
		return "not a name of letters, digits, - _ .";
	memcpy(place, value, len + 1);
	return NULL;
}

static size_t
key_of(char key[KEY_ROOM + 1], int letter, const char *p, size_t n)
{
	snprintf(key, KEY_ROOM + 1, "%c %.*s", letter, (int)n, p);
	ascii_lower_copy(key, key, n + 2);
	return n + 2;
}

/* "r r.example.org"; its length, 0: it is none of what the kind wants */
static size_t
make_key(char key[KEY_ROOM + 1], int letter, const char *p, size_t n)
{
	struct address a;

	if (letter == 'l')
		return n == 0 || n > TOKEN_LIST_MAX ? 0
						    : key_of(key, 'l', p, n);
	if (letter != 'a' && letter != 'u') {
		if (n == 0 || n > WORD_DOMAIN_MAX || !word_domain(p, n))
			return 0;
		return key_of(key, letter, p, n);
	}
	if (address_set(&a, p, n) == -1 || a.domain_len == 0 || a.user_len == 0)
		return 0;
	snprintf(key, KEY_ROOM + 1, "%c %s", letter, a.key);
	return a.len + 2;
}

static int
add(const struct conffile_sink *sink, const char *key, size_t n,
    const struct conffeedback *c)
{
	char data[DATA_ROOM];
	int len = snprintf(data, sizeof data, "%s\t%s\t%d", c->tenant,
	    c->stream, c->believe);

	return sink->add(sink->arg, key, n, data, (size_t)len);
}

static int
line(void *state, const char *p, size_t n, unsigned lineno,
    const struct conffile_sink *sink)
{
	char word[WORD_LINE_MAX + 1], key[KEY_ROOM + 1];
	const char *end = p + n, *fault = NULL;
	struct conffeedback c = { .kind = CONFFEEDBACK_NONE };
	size_t len, key_len;
	int kind, r;

	if (word_next(&p, end, word, &len) != 1)
		return conffile_wrong(sink, "a quote is not closed");
	kind = ascii_which(kinds, KINDS, word, len);
	if (kind == -1)
		return conffile_wrong(sink,
		    "want return-path, domain, address, unsubscribe, host or "
		    "list");
	if (word_next(&p, end, word, &len) != 1 ||
	    (key_len = make_key(key, letters[kind], word, len)) == 0)
		return conffile_wrong(sink, wants[kind]);
	while (fault == NULL && (r = word_next(&p, end, word, &len)) != 0)
		fault = r == -1 ? "a quote is not closed"
				: read_word(&c, letters[kind], word, len);
	if (fault != NULL)
		return conffile_wrong(sink, fault);
	if (wordset_once(state, key, key_len, lineno, sink) == -1)
		return -1;
	return add(sink, key, key_len, &c);
}

const struct conffile conffile_feedback = { "feedback", sizeof(struct wordset),
	line, wordset_finish };

/* looking up */

static void
read_name(char *out, struct slice s)
{
	if (s.n > CONFFEEDBACK_NAME_MAX)
		s.n = CONFFEEDBACK_NAME_MAX;
	memcpy(out, s.p, s.n);
	out[s.n] = '\0';
}

static int
look(const struct lookup *l, int letter, const char *p, size_t n,
    enum conffeedback_kind kind, struct conffeedback *c)
{
	char key[KEY_ROOM + 1];
	struct slice rest, piece;
	const char *data;
	size_t len;
	int r;

	snprintf(key, sizeof key, "%c %.*s", letter, (int)n, p);
	r = lookup_get(l, key, n + 2, &data, &len);
	if (r != 1)
		return r;
	rest.p = data;
	rest.n = len;
	if (word_piece(&rest, '\t', &piece))
		read_name(c->tenant, piece);
	if (word_piece(&rest, '\t', &piece))
		read_name(c->stream, piece);
	c->believe = rest.n > 0 && *rest.p == '1';
	c->kind = kind;
	return 1;
}

/* an address, and without what stands behind a + */
static int
look_mailbox(const struct lookup *l, const struct address *a,
    struct conffeedback *c)
{
	char bare[WORD_ADDRESS_MAX + 1];
	const char *plus = memchr(a->key, '+', a->user_len);
	int r, n;

	r = look(l, 'u', a->key, a->len, CONFFEEDBACK_UNSUBSCRIBE, c);
	if (r == 0)
		r = look(l, 'a', a->key, a->len, CONFFEEDBACK_ADDRESS, c);
	if (r != 0 || plus == NULL)
		return r;
	n = snprintf(bare, sizeof bare, "%.*s@%s", (int)(plus - a->key), a->key,
	    a->domain);
	r = look(l, 'u', bare, (size_t)n, CONFFEEDBACK_UNSUBSCRIBE, c);
	return r != 0 ? r
		      : look(l, 'a', bare, (size_t)n, CONFFEEDBACK_ADDRESS, c);
}

int
conffeedback_look(const struct lookup *l, const char *p, size_t n,
    struct conffeedback *c)
{
	struct address a;
	int r;

	memset(c, 0, sizeof *c);
	if (address_set(&a, p, n) == -1 || a.domain_len == 0)
		return 0;
	r = look_mailbox(l, &a, c);
	if (r == 0)
		r = look(l, 'd', a.domain, a.domain_len, CONFFEEDBACK_ADDRESS,
		    c);
	if (r == 0 && a.user_len > 2 && a.key[0] == 'b' && a.key[1] == '-')
		r = look(l, 'r', a.domain, a.domain_len,
		    CONFFEEDBACK_RETURN_PATH, c);
	return r == -1 ? -1 : 0;
}

/* what is said there, over what is there */
static int
look_over(const struct lookup *l, int letter, const char *p, size_t n,
    struct conffeedback *c)
{
	char name[WORD_DOMAIN_MAX + 1];
	struct conffeedback said = { .kind = CONFFEEDBACK_NONE };
	int r;

	if (n == 0 || n > WORD_DOMAIN_MAX)
		return 0;
	ascii_lower_copy(name, p, n);
	r = look(l, letter, name, n, CONFFEEDBACK_NONE, &said);
	if (said.tenant[0] != '\0')
		memcpy(c->tenant, said.tenant, sizeof c->tenant);
	if (said.stream[0] != '\0')
		memcpy(c->stream, said.stream, sizeof c->stream);
	return r == -1 ? -1 : 0;
}

int
conffeedback_host(const struct lookup *l, const char *host,
    struct conffeedback *c)
{
	size_t n = strcspn(host, ":");

	if (n > 0 && host[n - 1] == '.')
		n--;
	return look_over(l, 'h', host, n, c);
}

int
conffeedback_list(const struct lookup *l, const char *list,
    struct conffeedback *c)
{
	return look_over(l, 'l', list, strlen(list), c);
}
