#include "proto/job.h"

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
