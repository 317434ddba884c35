#include "format/job.h"
#include "base/ascii.h"
#include "base/num.h"
#include "format/dsnparam.h"
#include "format/envcheck.h"
#include <string.h>

int
job_answer(struct buf *b, const struct ltsv *job, const struct ltsv *but)
{
	static const char *const known[] = { "id", "n", "site", "provider",
		"via" };
	const struct ltsv_field *f;
	unsigned i;

	for (i = 0; i < sizeof known / sizeof known[0]; i++) {
		f = ltsv_find(job, known[i]);
		if (f == NULL || (but != NULL && ltsv_find(but, known[i])))
			continue;
		if (ltsv_copy(b, f) == -1)
			return -1;
	}
	return 0;
}

const struct ltsv_field *
job_explains(const struct ltsv *job)
{
	const struct ltsv_field *f = ltsv_find(job, "explain");

	return f == NULL || ltsv_find(job, "file") != NULL ? NULL : f;
}

int
job_asked(const struct ltsv_field *f, size_t *id_len, uint64_t *n)
{
	const char *slash = memchr(f->value, '/', f->value_len);

	if (slash == NULL || slash == f->value)
		return -1;
	*id_len = slash - f->value;
	return num_scan(slash + 1, f->value_len - *id_len - 1, 0, UINT32_MAX,
	    n);
}

int
job_why(struct buf *b, const char *label, const char *text, size_t n)
{
	while (n > 0 && text[n - 1] == '\n')
		n--;
	return n == 0
	    ? 0
	    : ltsv_put(b, label, text, n < JOB_WHY_MAX ? n : JOB_WHY_MAX);
}

int
job_explained(struct buf *b, const struct ltsv *job)
{
	static const char *const kept[] = { "explain", "domain", "mx", "src",
		"helo", "tls", "tls-from", "to", "orig", "go", "go-at" };
	const struct ltsv_field *f;
	unsigned i;
	int r = job_answer(b, job, NULL);

	r |= ltsv_puts(b, "status", "explained");
	for (i = 0; i < sizeof kept / sizeof kept[0]; i++)
		if ((f = ltsv_find(job, kept[i])) != NULL)
			r |= ltsv_copy(b, f);
	for (f = job->f; f < job->f + job->n; f++)
		if (f->label_len > 4 && memcmp(f->label, "why-", 4) == 0)
			r |= ltsv_copy(b, f);
	return r == 0 ? 0 : -1;
}

/* each field of that name as an envelope line; both are escaped alike.  What
 * would be a faulty one, of a message from before they were looked at, is left
 * out: its copy shall not be refused for it */
static int
put_lines(struct buf *env, const struct ltsv *job, const char *label)
{
	struct envcheck check = { 0 };
	size_t n = strlen(label);
	struct parcel_line l;
	unsigned i;

	for (i = 0; i < job->n; i++) {
		if (job->f[i].label_len != n ||
		    memcmp(job->f[i].label, label, n) != 0)
			continue;
		l = (struct parcel_line){ label, job->f[i].value, n,
			job->f[i].value_len };
		if (envcheck_line(&check, &l) != NULL)
			continue;
		if (buf_puts(env, label) == -1 || buf_putc(env, ' ') == -1 ||
		    buf_put(env, job->f[i].value, job->f[i].value_len) == -1 ||
		    buf_putc(env, '\n') == -1)
			return -1;
	}
	return 0;
}

int
job_envelope(struct buf *env, const struct ltsv *job)
{
	static const char *const kept[] = { "tenant", "tag", "prio", "body",
		"smtputf8", "requiretls", "tls-optional", "mt-priority",
		"deliver-by", "ret", "envid", "expire", "spf", "dkim", "dmarc",
		"arc", "iprev" };
	unsigned i;

	for (i = 0; i < sizeof kept / sizeof kept[0]; i++)
		if (put_lines(env, job, kept[i]) == -1)
			return -1;
	return 0;
}

static int
is_success(const char *p, size_t n)
{
	return ascii_is(p, n, "SUCCESS");
}

/* the next word of a list with commas; 0 at the end */
static int
next_word(const char **p, const char *end, const char **word, size_t *n)
{
	const char *comma;

	if (*p >= end)
		return 0;
	*word = *p;
	comma = memchr(*p, ',', end - *p);
	*n = comma == NULL ? (size_t)(end - *p) : (size_t)(comma - *p);
	*p += *n + 1;
	return 1;
}

int
job_wants_success(const struct ltsv *job)
{
	const struct ltsv_field *f = ltsv_find(job, "notify");
	const char *p, *word;
	size_t n;

	if (f == NULL || !dsnparam_notify(f->value, f->value_len))
		return 0;
	for (p = f->value; next_word(&p, f->value + f->value_len, &word, &n);)
		if (is_success(word, n))
			return 1;
	return 0;
}

/* what is left of NOTIFY where success is reported here */
static int
put_rest(struct buf *b, const struct ltsv_field *f)
{
	const char *p = f->value, *end = p + f->value_len, *word, *comma = "";
	size_t n;

	while (next_word(&p, end, &word, &n)) {
		if (is_success(word, n))
			continue;
		if (buf_puts(b, comma) == -1 || buf_put(b, word, n) == -1)
			return -1;
		comma = ",";
	}
	return *comma == '\0' ? buf_puts(b, "NEVER") : 0;
}

int
job_parameters(struct buf *b, const struct ltsv *job, int several)
{
	static const struct {
		const char *label, *name;
		int (*good)(const char *, size_t);
	} known[] = { { "notify", " NOTIFY=", dsnparam_notify },
		{ "orcpt", " ORCPT=", dsnparam_orcpt } };
	const struct ltsv_field *f;
	unsigned i;

	for (i = 0; i < sizeof known / sizeof known[0]; i++) {
		f = ltsv_find(job, known[i].label);
		if (f == NULL || !known[i].good(f->value, f->value_len))
			continue;
		if (buf_puts(b, known[i].name) == -1 ||
		    (several && i == 0
			    ? put_rest(b, f)
			    : buf_put(b, f->value, f->value_len)) == -1)
			return -1;
	}
	return 0;
}
