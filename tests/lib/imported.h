#ifndef TESTS_IMPORTED_H
#define TESTS_IMPORTED_H

#include "base/ascii.h"
#include "import/importfile.h"
#include "tap.h"

/* an import, for tests: imported_begin(), what makes lines, and then
 * imported_is() of each file that should have some */
static struct import imported;
static struct buf imported_told, imported_lines;

static void
imported_tell(void *arg, const struct import_at *at, const char *text, size_t n)
{
	(void)arg;
	buf_printf(&imported_told, "%s:%u: %.*s|", at->file, at->line, (int)n,
	    text);
}

static void
imported_begin(void)
{
	/* what parsers keep goes at their ends */
	if (imported.subject != NULL)
		import_finish(&imported);
	import_free(&imported);
	imported.subject = importfile_subjects;
	imported.told = imported_tell;
	buf_clear(&imported_told);
}

static const char *
imported_string(struct buf *b)
{
	buf_putc(b, '\0');
	b->end--;
	return buf_data(b);
}

/* what was left out: "FILE:LINE: TEXT|" each, with a * for what a parser of
 * ours says */
static inline void
imported_left(const char *want, const char *name)
{
	const char *got = imported_string(&imported_told);

	if (!ok(ascii_like(want, strlen(want), got, strlen(got)), name))
		printf("# got  %s\n# want %s\n", got, want);
}

/* the lines of this file, a bar behind each, without comments */
static inline void
imported_is(enum import_name i, const char *want, const char *name)
{
	struct slice rest = import_slice(&imported.out[i].text), one;

	buf_clear(&imported_lines);
	while (rest.n > 0 && word_piece(&rest, '\n', &one))
		if (one.n > 0 && one.p[0] != '#') {
			buf_put(&imported_lines, one.p, one.n);
			buf_putc(&imported_lines, '|');
		}
	is_str(imported_string(&imported_lines), want, name);
}

/* the end: 0, and memory is freed */
static inline void
imported_end(void)
{
	is_num(import_finish(&imported), 0, "all is said");
	import_free(&imported);
	buf_free(&imported_told);
	buf_free(&imported_lines);
}

#endif
