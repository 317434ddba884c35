#include "proto/job.h"
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

/* each field of that name as an envelope line; both are escaped alike */
static int
put_lines(struct buf *env, const struct ltsv *job, const char *label)
{
	size_t n = strlen(label);
	unsigned i;

	for (i = 0; i < job->n; i++) {
		if (job->f[i].label_len != n ||
		    memcmp(job->f[i].label, label, n) != 0)
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
	static const char *const names[][2] = { { "notify", " NOTIFY=" },
		{ "orcpt", " ORCPT=" } };
	const struct ltsv_field *f;
	unsigned i;

	for (i = 0; i < sizeof names / sizeof names[0]; i++) {
		f = ltsv_find(job, names[i][0]);
		if (f == NULL || f->value_len == 0)
			continue;
		if (buf_puts(b, names[i][1]) == -1 ||
		    buf_put(b, f->value, f->value_len) == -1)
			return -1;
	}
	return 0;
}
