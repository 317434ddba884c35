#include "format/job.h"
#include "format/dsnparam.h"
#include "format/envcheck.h"
#include <string.h>

int
job_answer(struct buf *b, const struct ltsv *job, const struct ltsv *but)
{
	static const char *const known[] = { "id", "n", "site", "via" };
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
		"smtputf8", "ret", "envid", "expire", "spf", "dkim", "dmarc",
		"arc", "iprev" };
	unsigned i;

	for (i = 0; i < sizeof kept / sizeof kept[0]; i++)
		if (put_lines(env, job, kept[i]) == -1)
			return -1;
	return 0;
}

int
job_parameters(struct buf *b, const struct ltsv *job)
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
		    buf_put(b, f->value, f->value_len) == -1)
			return -1;
	}
	return 0;
}
