#include "confbuild/faults.h"
#include "base/die.h"
#include "base/plain.h"

/* not die.h's: this form is what editors jump by */
static void
say(const char *path, unsigned lineno, const char *kind, const char *reason)
{
	struct buf text = { 0 };

	needs(buf_printf(&text, "%s: %s", prog_name, path));
	if (lineno != 0)
		needs(buf_printf(&text, ":%u", lineno));
	needs(buf_printf(&text, ": %s%s\n", kind, reason));
	plain_write(2, buf_data(&text), buf_len(&text));
	buf_free(&text);
}

void
conffaults_fault(struct conffaults *f, const char *path, unsigned lineno,
    const char *reason)
{
	if (++f->faults <= CONFFAULTS_SHOWN_MAX)
		say(path, lineno, "", reason);
}

void
conffaults_doubt(struct conffaults *f, const char *path, unsigned lineno,
    const char *reason)
{
	if (++f->doubts <= CONFFAULTS_SHOWN_MAX)
		say(path, lineno, "warning: ", reason);
}

static void
more(unsigned long n, const char *of)
{
	struct buf text = { 0 };

	if (n <= CONFFAULTS_SHOWN_MAX)
		return;
	needs(buf_printf(&text, "%s: and %lu more%s\n", prog_name,
	    n - CONFFAULTS_SHOWN_MAX, of));
	plain_write(2, buf_data(&text), buf_len(&text));
	buf_free(&text);
}

void
conffaults_more(const struct conffaults *f)
{
	more(f->faults, "");
	more(f->doubts, " warnings");
}
