#ifndef FUZZ_IMPORTED_H
#define FUZZ_IMPORTED_H

#include "import/importfile.h"
#include <stdlib.h>
#include <string.h>

/* An import of foreign bytes: what is written is what conf-build takes, and
 * has no byte that could do harm; each line that is left out is told. */
static struct import imported;
static unsigned long imported_told;

static void
imported_tell(void *arg, const struct import_at *at, const char *text, size_t n)
{
	size_t i;

	(void)arg;
	if (at->file == NULL)
		abort();
	for (i = 0; i < n; i++)
		if ((unsigned char)text[i] < ' ')
			abort();
	imported_told++;
}

static int
imported_record(void *arg, const char *k, size_t kn, const char *d, size_t dn)
{
	(void)arg, (void)k, (void)kn, (void)d, (void)dn;
	return 0;
}

static void
imported_wrong(void *arg, const char *reason)
{
	(void)arg, (void)reason;
	abort();
}

static void
imported_begin(void)
{
	imported.subject = importfile_subjects;
	imported.told = imported_tell;
	imported_told = 0;
}

static void
imported_end(void)
{
	const struct conffile_sink sink = { imported_record, imported_wrong,
		NULL };
	struct import_out *o = imported.out;
	enum import_name i;
	unsigned lineno;

	if (import_finish(&imported) == -1 ||
	    (imported.left <= IMPORT_LEFT_MAX && imported.left > imported_told))
		abort();
	for (i = 0; i < IMPORT_NAMES; i++)
		if (buf_len(&o[i].text) > 0)
			conffile_read(importfile_subjects[i],
			    buf_data(&o[i].text), buf_len(&o[i].text), &lineno,
			    &sink);
	import_free(&imported);
}

#endif
