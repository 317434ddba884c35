/* any envelope: all variables are there, each a string without control bytes
 * that an environment can hold, and the recipients are those of the lines */
#include "format/parcel.h"
#include "stage/mailenv.h"
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const unsigned char *, size_t);

static void
must(int good)
{
	if (!good)
		abort();
}

static const char *
value(const struct mailenv *e, const char *name)
{
	unsigned i;

	for (i = 0; i < e->n; i++)
		if (strcmp(e->var[i].name, name) == 0)
			return buf_data(&e->var[i].value);
	abort();
}

/* a string to its end; only RECIPIENTS has lines, none of them too long */
static void
check_value(const char *name, const struct buf *b)
{
	int lines = strcmp(name, "RECIPIENTS") == 0;
	size_t i, n = buf_len(b);

	must(n > 0 && memchr(buf_data(b), '\0', n) == buf_data(b) + n - 1);
	must(n <= (lines ? MAILENV_RECIPIENTS_MAX : PARCEL_LINE_MAX) + 1);
	for (i = 0; i < n - 1; i++)
		must(((unsigned char)buf_data(b)[i] >= ' ' &&
			 buf_data(b)[i] != 0x7f) ||
		    (lines && buf_data(b)[i] == '\n'));
}

/* what the lines say, as long as they are lines */
static void
check_lines(const struct mailenv *e, const char *p, size_t n)
{
	const char *end = p + n;
	struct parcel_line l;
	unsigned long to = 0;
	int sender = 0;

	while (p < end && parcel_next(&p, end, &l) == 1) {
		to += parcel_is(&l, "to");
		if (!parcel_is(&l, "from") || sender++ > 0 ||
		    memchr(l.value, '\\', l.value_len) != NULL)
			continue;
		must(strlen(value(e, "SENDER")) == l.value_len ||
		    memchr(l.value, '\0', l.value_len) != NULL);
	}
	must(strtoul(value(e, "RECIPIENT_COUNT"), NULL, 10) == to);
	must(to > 0 || value(e, "RECIPIENTS")[0] == '\0');
	must(strncmp(value(e, "RECIPIENT"), value(e, "RECIPIENTS"),
		 strlen(value(e, "RECIPIENT"))) == 0);
	must(sender > 0 || value(e, "SENDER")[0] == '\0');
}

int
LLVMFuzzerTestOneInput(const unsigned char *data, size_t n)
{
	struct mailenv e = { .n = 0 };
	char *env = malloc(n + 1);
	unsigned i;

	memcpy(env, data, n);
	must(mailenv_make(&e, n == 0 ? NULL : env, n) == 0);
	must(e.n > 0 && e.n <= MAILENV_NAMES);
	for (i = 0; i < e.n; i++)
		check_value(e.var[i].name, &e.var[i].value);
	check_lines(&e, env, n);
	mailenv_free(&e);
	free(env);
	return 0;
}
