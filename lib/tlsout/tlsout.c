#include "tlsout/tlsout.h"
#include "base/ascii.h"
#include "base/ip.h"
#include "dns/idn.h"
#include "format/ltsv.h"
#include <stdio.h>
#include <string.h>

enum {
	NAME_ROOM = WORD_DOMAIN_MAX + 2, /* a dot in front, a comma behind */
	PIN_DIGITS = 64,
	PIN_ROOM = TLSOUT_PIN_LEN + 1,
	LITERAL_ROOM = IP_TEXT + 2
};

static const char *const words[] = { "none", "may", "must", "verify",
	"fingerprint", "dane-only", "dane", "sts", "auto" };

int
tlsout_word(struct slice s, enum tlsout_word *word)
{
	int i = ascii_which(words, sizeof words / sizeof *words, s.p, s.n);

	if (i != -1)
		*word = (enum tlsout_word)i;
	return i == -1 ? -1 : 0;
}

const char *
tlsout_word_text(enum tlsout_word w)
{
	return words[w];
}

/* the text */

struct line {
	char key[WORD_DOMAIN_MAX + 3];
	enum tlsout_word word;
	char match[TLSOUT_NAMES_MAX * NAME_ROOM + 1];
	char pins[TLSOUT_PINS_MAX * PIN_ROOM + 1];
	char login[TLSOUT_WORD_MAX + 1], cert[TLSOUT_WORD_MAX + 1];
	int implicit;
};

/* as the DNS has it, with what stands in front of it; 0, or -1 */
static int
put_domain(char *out, const char *front, struct slice s)
{
	size_t n = strlen(front);

	memcpy(out, front, n);
	if (!word_domain(s.p, s.n))
		return -1;
	if (idn_needed(s.p, s.n))
		return idn_ascii(s.p, s.n, out + n);
	ascii_lower_copy(out + n, s.p, s.n);
	out[n + s.n] = '\0';
	return 0;
}

/* [192.0.2.1], [IPv6:2001:db8::1] or the address alone, as a key has it: in
 * brackets, in the one form that each address has; its length, 0: it is none */
static size_t
put_literal(char out[LITERAL_ROOM], struct slice s)
{
	unsigned char ip[IP_LEN];
	char text[IP_TEXT];
	size_t n;

	if (s.n > 2 && s.p[0] == '[' && s.p[s.n - 1] == ']') {
		n = ip_scan_literal(s.p, s.n, ip);
		if (n == 0)
			n = ip_scan(s.p + 1, s.n - 2, ip);
	} else {
		n = ip_scan(s.p, s.n, ip);
	}
	if (n == 0)
		return 0;
	return (size_t)snprintf(out, LITERAL_ROOM, "[%s]",
	    ip_text(ip, n, text));
}

static int
set_key(struct line *l, struct slice s)
{
	unsigned char ip[IP_LEN];

	if (word_is(s, "*")) {
		memcpy(l->key, "*", 2);
		return 0;
	}
	l->key[0] = 'D';
	if (put_literal(l->key + 1, s) > 0)
		return 0;
	if (s.n > 1 && s.p[0] == '.')
		return put_domain(l->key, "B",
		    (struct slice){ s.p + 1, s.n - 1 });
	/* digits of other scripts become ours: an address after all */
	return put_domain(l->key, "D", s) == 0 &&
		ip_scan(l->key + 1, strlen(l->key + 1), ip) == 0
	    ? 0
	    : -1;
}

/* with the same dot in front, if it has one */
static int
put_match(char *out, struct slice s)
{
	return s.n > 0 && s.p[0] == '.'
	    ? put_domain(out, ".", (struct slice){ s.p + 1, s.n - 1 })
	    : put_domain(out, "", s);
}

/* each piece of a list, with commas between them; NULL, or `many` above max,
 * or `bad` where put() finds it so */
static const char *
put_list(char *out, struct slice list, unsigned max,
    int (*put)(char *, struct slice), const char *many, const char *bad)
{
	struct slice s;
	unsigned n = 0;

	while (word_piece(&list, ',', &s)) {
		if (++n > max)
			return many;
		if (n > 1)
			*out++ = ',';
		if (put(out, s) == -1)
			return bad;
		out += strlen(out);
	}
	return NULL;
}

static const char *
set_match(struct line *l, struct slice list)
{
	if (l->word != TLSOUT_VERIFY)
		return "match= is for verify only";
	return list.n == 0 ? "not a name"
			   : put_list(l->match, list, TLSOUT_NAMES_MAX,
				 put_match, "more than 8 names", "not a name");
}

/* with colons between the digits, or without; 0, or -1 */
static int
put_pin(char *out, struct slice s)
{
	static const char *const kinds[] = { "cert:", "key:", NULL };
	const char *const *k = kinds;
	size_t n, i, digits = 0;

	while (*k != NULL &&
	    (s.n < strlen(*k) || memcmp(s.p, *k, strlen(*k)) != 0))
		k++;
	if (*k == NULL)
		return -1;
	n = strlen(*k);
	memcpy(out, *k, n);
	for (i = n; i < s.n; i++) {
		if (s.p[i] == ':' && digits > 0 && digits % 2 == 0 &&
		    s.p[i - 1] != ':' && i + 1 < s.n)
			continue;
		if (ascii_hex_value(s.p[i]) == -1 || digits == PIN_DIGITS)
			return -1;
		out[n + digits++] = ascii_lower(s.p[i]);
	}
	out[n + digits] = '\0';
	return digits == PIN_DIGITS ? 0 : -1;
}

static const char *
set_pins(struct line *l, struct slice list)
{
	return l->word != TLSOUT_FINGERPRINT
	    ? "pin= is for fingerprint only"
	    : put_list(l->pins, list, TLSOUT_PINS_MAX, put_pin,
		  "more than 16 pins",
		  "a pin is cert: or key: and 64 hexadecimal digits");
}

/* a name of ours: printable, without blanks */
static const char *
set_name(char *out, struct slice s)
{
	size_t i;

	if (s.n == 0 || s.n > TLSOUT_WORD_MAX)
		return "not a name";
	for (i = 0; i < s.n; i++)
		if (s.p[i] <= ' ' || s.p[i] >= 0x7f || s.p[i] == '\\')
			return "not a name";
	memcpy(out, s.p, s.n);
	out[s.n] = '\0';
	return NULL;
}

static const char *
set(struct line *l, char *word, size_t n)
{
	struct slice v;

	v.p = word_value(word, n, &v.n);
	if (v.p == NULL)
		return "unknown word";
	if (strcmp(word, "match") == 0)
		return set_match(l, v);
	if (strcmp(word, "pin") == 0)
		return set_pins(l, v);
	if (strcmp(word, "cert") == 0)
		return set_name(l->cert, v);
	if (strcmp(word, "login") == 0)
		return l->word != TLSOUT_VERIFY &&
			l->word != TLSOUT_FINGERPRINT &&
			l->word != TLSOUT_DANE_ONLY
		    ? "login= needs verify, fingerprint or dane-only"
		    : set_name(l->login, v);
	if (strcmp(word, "implicit") != 0)
		return "unknown word";
	l->implicit = word_is(v, "yes");
	return l->implicit ? NULL : "implicit= wants yes";
}

/* what is wrong with it, or NULL */
static const char *
read_line(struct line *l, const char *p, const char *end,
    char why[WORD_TWICE_MAX])
{
	static const char *const once[] = {
		"match=", "pin=", "login=", "cert=", "implicit=", NULL
	};
	char word[WORD_LINE_MAX + 1];
	const char *fault = word_twice(p, end, once, why);
	size_t n;
	int r;

	if (fault != NULL)
		return fault;
	if (word_next(&p, end, word, &n) != 1 ||
	    set_key(l, (struct slice){ word, n }) == -1)
		return "not a destination";
	if (word_next(&p, end, word, &n) != 1 ||
	    tlsout_word((struct slice){ word, n }, &l->word) == -1)
		return "want none, may, must, verify, fingerprint, dane, "
		       "dane-only, sts or auto";
	while ((r = word_next(&p, end, word, &n)) == 1)
		if ((fault = set(l, word, n)) != NULL)
			return fault;
	if (r == -1)
		return "quote not closed, or control byte";
	return l->word == TLSOUT_FINGERPRINT && l->pins[0] == '\0'
	    ? "fingerprint needs pin="
	    : NULL;
}

/* a label, unless its value is empty; 0, or -1 */
static int
put(struct buf *b, const char *label, const char *value)
{
	return *value == '\0' ? 0 : ltsv_put(b, label, value, strlen(value));
}

static int
put_record(struct buf *b, const struct line *l, unsigned lineno)
{
	char number[16];

	snprintf(number, sizeof number, "%u", lineno);
	if (put(b, "line", number) == -1 ||
	    put(b, "tls", tlsout_word_text(l->word)) == -1 ||
	    put(b, "match", l->match) == -1 || put(b, "pin", l->pins) == -1 ||
	    put(b, "login", l->login) == -1 || put(b, "cert", l->cert) == -1)
		return -1;
	return put(b, "implicit", l->implicit ? "1" : "");
}

static int
line(void *seen, const char *p, size_t n, unsigned lineno,
    const struct conffile_sink *sink)
{
	struct line l = { .word = TLSOUT_NONE };
	char why[WORD_TWICE_MAX];
	const char *fault = read_line(&l, p, p + n, why);
	struct buf b = { 0 };
	int r = -1;

	if (fault != NULL)
		return conffile_wrong(sink, fault);
	if (wordset_once(seen, l.key, strlen(l.key), lineno, sink) == -1)
		return -1;
	if (put_record(&b, &l, lineno) == -1)
		conffile_wrong(sink, "out of memory");
	else
		r = sink->add(sink->arg, l.key, strlen(l.key), buf_data(&b),
		    buf_len(&b));
	buf_free(&b);
	return r;
}

const struct conffile conffile_tls_out = { "tls-out", sizeof(struct wordset),
	line, wordset_finish };

/* the table */

static struct slice
value(const struct ltsv *f, const char *label)
{
	const struct ltsv_field *v = ltsv_find(f, label);

	return v == NULL ? (struct slice){ NULL, 0 }
			 : (struct slice){ v->value, v->value_len };
}

static int
read_record(struct tlsout_line *l, const char *data, size_t n)
{
	struct ltsv f;
	uint64_t number;
	enum tlsout_word word;

	if (ltsv_parse(data, n, &f) == -1 ||
	    ltsv_num(&f, "line", 1, UINT32_MAX, &number) == -1 ||
	    tlsout_word(value(&f, "tls"), &word) == -1)
		return -1;
	memset(l, 0, sizeof *l);
	l->word = word;
	l->line = (unsigned)number;
	l->match = value(&f, "match");
	l->pins = value(&f, "pin");
	l->login = value(&f, "login");
	l->cert = value(&f, "cert");
	l->implicit = value(&f, "implicit").n > 0;
	return 0;
}

/* 1 found, 0, or -1 */
static int
look(const struct lookup *t, char kind, struct slice s, struct tlsout_line *l)
{
	char key[1 + WORD_DOMAIN_MAX];
	const char *data;
	size_t n;
	int r;

	if (s.n > WORD_DOMAIN_MAX)
		return 0;
	key[0] = kind;
	if (s.n > 0)
		memcpy(key + 1, s.p, s.n);
	r = lookup_get(t, key, 1 + s.n, &data, &n);
	return r == 1 && read_record(l, data, n) == -1 ? -1 : r;
}

int
tlsout_find(const struct lookup *t, struct slice name, struct tlsout_line *l)
{
	char literal[LITERAL_ROOM];
	size_t n = put_literal(literal, name);
	const char *dot;
	int r;

	if (n > 0)
		name = (struct slice){ literal, n };
	r = look(t, 'D', name, l);
	/* an address has no domains above it */
	while (r == 0 && n == 0 && name.n > 0 &&
	    (dot = memchr(name.p, '.', name.n)) != NULL) {
		name.n -= dot + 1 - name.p;
		name.p = dot + 1;
		r = look(t, 'B', name, l);
	}
	if (r == 0) {
		r = look(t, '*', (struct slice){ NULL, 0 }, l);
		l->all = r == 1;
	}
	if (r == 0) {
		memset(l, 0, sizeof *l);
		l->word = TLSOUT_AUTO;
	}
	return r == -1 ? -1 : 0;
}
