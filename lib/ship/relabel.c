#include "ship/relabel.h"
#include "base/ascii.h"
#include "base/num.h"
#include "conf/word.h"
#include "crypt/digest.h"
#include <string.h>

void
relabel_begin(struct relabel *r)
{
	r->n = 0;
	r->other = -1;
	r->key_file[0] = '\0';
	r->key_len = 0;
}

/* one that a batch puts in front of each event */
static int
of_batch(const char *p, size_t n)
{
	return (n == 3 &&
		   (memcmp(p, "eid", 3) == 0 || memcmp(p, "src", 3) == 0)) ||
	    (n == 1 && *p == 'v');
}

static int
is_label(const char *p, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		if ((!ascii_alnum(p[i]) || ascii_upper(p[i])) && p[i] != '_' &&
		    p[i] != '-' && p[i] != '.')
			return 0;
	return n > 0 && n <= LTSV_LABEL_MAX;
}

static const char *
key_line(struct relabel *r, const char *p, const char *end)
{
	char word[WORD_LINE_MAX + 1];
	size_t n;

	if (r->key_file[0] != '\0')
		return ":key stands twice";
	if (word_next(&p, end, word, &n) != 1 || n >= sizeof r->key_file)
		return "want :key FILE";
	memcpy(r->key_file, word, n + 1);
	return word_next(&p, end, word, &n) == 0 ? NULL : "want :key FILE";
}

/* the word behind an action; NULL, or what is wrong */
static const char *
action(struct relabel_rule *rule, const char *word, size_t n, const char **p,
    const char *end)
{
	char value[WORD_LINE_MAX + 1];
	uint64_t v;

	if (ascii_is(word, n, "hash")) {
		rule->hash = 1;
		return NULL;
	}
	if (!ascii_is(word, n, "rename") && !ascii_is(word, n, "cut"))
		return "no such action: want keep, drop, rename, hash, cut";
	if (word_next(p, end, value, &n) != 1)
		return "an action without its value";
	if (ascii_is(word, strlen(word), "cut")) {
		if (num_scan(value, n, 1, RELABEL_CUT_MAX, &v) == -1)
			return "not a number of bytes to cut to";
		rule->cut = (unsigned)v;
		return NULL;
	}
	if (!is_label(value, n) || of_batch(value, n))
		return "not a label to rename to";
	memcpy(rule->name, value, n + 1);
	return NULL;
}

static const char *
actions(struct relabel_rule *rule, const char *p, const char *end)
{
	char word[WORD_LINE_MAX + 1];
	const char *why;
	unsigned count = 0;
	size_t n;
	int got;

	while ((got = word_next(&p, end, word, &n)) == 1) {
		if (ascii_is(word, n, "keep") || ascii_is(word, n, "drop")) {
			rule->drop = word[0] == 'd';
			got = word_next(&p, end, word, &n);
			return count == 0 && got == 0
			    ? NULL
			    : "keep and drop stand alone";
		}
		why = action(rule, word, n, &p, end);
		if (why != NULL)
			return why;
		count++;
	}
	if (got == -1)
		return "a quote is not closed";
	return count > 0 ? NULL : "a label without action";
}

const char *
relabel_line(struct relabel *r, const char *p, size_t n)
{
	struct relabel_rule *rule = &r->rule[r->n];
	char word[WORD_LINE_MAX + 1];
	const char *end = p + n, *why;
	unsigned i;
	size_t k;

	if (n > WORD_LINE_MAX || word_next(&p, end, word, &k) != 1)
		return "not a line of labels";
	if (ascii_is(word, k, ":key"))
		return key_line(r, p, end);
	if (r->n == RELABEL_MAX)
		return "too many labels";
	if (!ascii_is(word, k, "*") && !is_label(word, k))
		return "not a label";
	for (i = 0; i < r->n; i++)
		if (strcmp(r->rule[i].label, word) == 0)
			return "a label that stands twice";
	memset(rule, 0, sizeof *rule);
	memcpy(rule->label, word, k + 1);
	why = actions(rule, p, end);
	if (why != NULL)
		return why;
	if (word[0] == '*') {
		if (rule->name[0] != '\0')
			return "* cannot be renamed";
		r->other = (int)r->n;
	}
	r->n++;
	return NULL;
}

const char *
relabel_end(const struct relabel *r)
{
	unsigned i;

	for (i = 0; i < r->n; i++)
		if (r->rule[i].hash && r->key_file[0] == '\0')
			return "hash without a line :key FILE";
	return NULL;
}

static const struct relabel_rule *
rule_of(const struct relabel *r, const struct ltsv_field *f)
{
	unsigned i;

	for (i = 0; i < r->n; i++)
		if (strlen(r->rule[i].label) == f->label_len &&
		    memcmp(r->rule[i].label, f->label, f->label_len) == 0)
			return &r->rule[i];
	return r->other == -1 ? NULL : &r->rule[r->other];
}

/* HMAC-SHA-256 of the value, its escapes undone, and of that half */
static int
put_hash(const struct relabel *r, const struct ltsv_field *f, struct buf *out)
{
	unsigned char sum[DIGEST_LEN];
	char plain[LTSV_LINE_MAX], digits[RELABEL_HASH_LEN];
	long n = ltsv_value(f, plain, sizeof plain);
	int i;

	digest_hmac(r->key, r->key_len, plain, n < 0 ? 0 : (size_t)n, sum);
	for (i = 0; i < RELABEL_HASH_LEN / 2; i++)
		ascii_hex(digits + 2 * i, sum[i]);
	return buf_put(out, digits, sizeof digits);
}

static int
put_field(const struct relabel *r, const struct ltsv_field *f, struct buf *out)
{
	const struct relabel_rule *rule = rule_of(r, f);
	size_t n = f->value_len;

	if (rule == NULL)
		return buf_putc(out, '\t') == -1
		    ? -1
		    : buf_put(out, f->label, f->label_len + 1 + n);
	if (rule->drop)
		return 0;
	if (buf_putc(out, '\t') == -1 ||
	    (rule->name[0] == '\0' ? buf_put(out, f->label, f->label_len)
				   : buf_puts(out, rule->name)) == -1 ||
	    buf_putc(out, ':') == -1)
		return -1;
	if (rule->hash)
		return put_hash(r, f, out);
	if (rule->cut > 0)
		n = ltsv_cut(f->value, n, rule->cut);
	return buf_put(out, f->value, n);
}

int
relabel_put(const struct relabel *r, const struct ltsv *e, struct buf *out)
{
	unsigned i;

	for (i = 0; i < e->n; i++)
		if (!of_batch(e->f[i].label, e->f[i].label_len) &&
		    put_field(r, &e->f[i], out) == -1)
			return -1;
	return 0;
}
