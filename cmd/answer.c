/* answer - answer every job with given fields */
#include "base/die.h"
#include "base/exit.h"
#include "chain/link.h"
#include "format/job.h"
#include <string.h>
#include <unistd.h>

static const char usage[] = "answer label:value...";

static struct buf fields; /* the given ones, as a line without its LF */
static struct ltsv given;

/* arguments are as in a line: escapes are the caller's */
static void
read_fields(char **arg)
{
	unsigned i;

	for (i = 0; arg[i] != NULL; i++) {
		if ((i > 0 && buf_putc(&fields, '\t') == -1) ||
		    buf_puts(&fields, arg[i]) == -1)
			die(EXIT_TEMP, "out of memory");
		if (strpbrk(arg[i], "\t\n") != NULL || arg[i][0] == '\0')
			die(EXIT_PERM, "no label:value: %s", arg[i]);
	}
	if (ltsv_parse(buf_data(&fields), buf_len(&fields), &given) == -1)
		die(EXIT_PERM, "no label:value: %.*s", (int)buf_len(&fields),
		    buf_data(&fields));
}

/* what it would answer */
static void
explain(struct link *l, const struct ltsv *job)
{
	static struct buf why;
	unsigned i;
	int r;

	buf_clear(&why);
	r = buf_puts(&why, "answers every job:");
	for (i = 0; i < given.n; i++)
		r |= buf_printf(&why, " %.*s:%.*s", (int)given.f[i].label_len,
		    given.f[i].label, (int)given.f[i].value_len,
		    given.f[i].value);
	r |= job_explained(&l->up.out, job);
	r |= job_why(&l->up.out, "why-answer", buf_data(&why), buf_len(&why));
	if ((r | ltsv_end(&l->up.out)) != 0)
		die(EXIT_TEMP, "out of memory");
	wire_dirty(&l->up);
}

static size_t
request(struct link *l, const char *p, size_t n)
{
	struct ltsv job;
	size_t len;
	unsigned i;

	if (!link_job(p, n, &len, &job))
		return len;
	if (job_explains(&job) != NULL) {
		explain(l, &job);
		return len;
	}
	if (job_answer(&l->up.out, &job, &given) == -1)
		die(EXIT_TEMP, "out of memory");
	for (i = 0; i < given.n; i++)
		if (ltsv_copy(&l->up.out, &given.f[i]) == -1)
			die(EXIT_TEMP, "out of memory");
	if (ltsv_end(&l->up.out) == -1)
		die(EXIT_TEMP, "out of memory");
	wire_dirty(&l->up);
	return len;
}

static const struct link_ops ops = { .request = request };

int
main(int argc, char **argv)
{
	static struct link l;

	prog_init(argv);
	if (getopt(argc, argv, "+") != -1 || optind == argc)
		die_usage(usage);
	read_fields(argv + optind);
	link_open(&l, &ops);
	return link_run(&l);
}
