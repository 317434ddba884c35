/* dispatch - several next links, chosen by a label */
#include "base/args.h"
#include "base/clock.h"
#include "base/die.h"
#include "base/exit.h"
#include "chain/link.h"
#include "format/job.h"
#include <string.h>

static const char usage[] =
    "dispatch label:pattern { next... } ... [{ next... }]";

/* a job that no pattern matches is asked for again after this */
enum { DISPATCH_LATER_S = 60 };

static struct pattern {
	const char *label; /* NULL matches every job */
	size_t label_len;
	const char *value;
	size_t value_len;
	int prefix; /* value ended in `*` */
} patterns[LINK_NEXT_MAX];
static unsigned n_patterns;

static int
matches(const struct pattern *p, const struct ltsv *job)
{
	unsigned i;
	const struct ltsv_field *f;

	if (p->label == NULL)
		return 1;
	for (i = 0; i < job->n; i++) {
		f = &job->f[i];
		if (f->label_len == p->label_len &&
		    memcmp(f->label, p->label, p->label_len) == 0 &&
		    (p->prefix ? f->value_len >= p->value_len
			       : f->value_len == p->value_len) &&
		    memcmp(f->value, p->value, p->value_len) == 0)
			return 1;
	}
	return 0;
}

/* asked about it says which way it goes, and what would become of it where
 * there is none */
static void
explain(struct link *l, const struct ltsv *job, unsigned i, const char *p,
    size_t n)
{
	const struct pattern *by = &patterns[i];
	static struct buf why;
	struct buf *b = i < n_patterns ? &l->next[i].wire.out : &l->up.out;
	int r;

	buf_clear(&why);
	if (i == n_patterns)
		r = buf_puts(&why, "no next link for this job: later");
	else if (by->label == NULL)
		r = buf_printf(&why, "link %u of %u, for all others", i + 1,
		    n_patterns);
	else
		r = buf_printf(&why, "link %u of %u, by %.*s:%s", i + 1,
		    n_patterns, (int)by->label_len, by->label, by->value);
	r |= i < n_patterns ? buf_put(b, p, n - 1) : job_explained(b, job);
	r |= job_why(b, "why-dispatch", buf_data(&why), buf_len(&why));
	if ((r | ltsv_end(b)) != 0)
		die(EXIT_TEMP, "out of memory");
	wire_dirty(i < n_patterns ? &l->next[i].wire : &l->up);
}

static void
later(struct link *l, const struct ltsv *job)
{
	struct buf *b = &l->up.out;

	if (job_answer(b, job, NULL) == -1 ||
	    ltsv_puts(b, "status", "later") == -1 ||
	    ltsv_puts(b, "text", "no next link for this job") == -1 ||
	    ltsv_putnum(b, "next", clock_wall_s() + DISPATCH_LATER_S) == -1 ||
	    ltsv_end(b) == -1)
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
	for (i = 0; i < n_patterns && !matches(&patterns[i], &job); i++)
		;
	if (job_explains(&job) != NULL)
		explain(l, &job, i, p, len);
	else if (i < n_patterns)
		link_down(l, i, p, len);
	else
		later(l, &job);
	return len;
}

static const struct link_ops ops = { .request = request };

static void
add_pattern(const char *arg)
{
	struct pattern *p = &patterns[n_patterns++];
	const char *colon;

	if (arg == NULL)
		return;
	colon = strchr(arg, ':');
	if (colon == NULL || colon == arg)
		die_usage(usage);
	p->label = arg;
	p->label_len = colon - arg;
	p->value = colon + 1;
	p->value_len = strlen(p->value);
	p->prefix = p->value_len > 0 && p->value[p->value_len - 1] == '*';
	p->value_len -= p->prefix;
}

int
main(int argc, char **argv)
{
	static struct link l;
	static char **next[LINK_NEXT_MAX];
	const char *pattern;
	unsigned i;

	(void)argc;
	prog_init(argv);
	for (argv++; argv != NULL && *argv != NULL;) {
		pattern = strcmp(*argv, "{") == 0 ? NULL : *argv++;
		if (*argv == NULL || strcmp(*argv, "{") != 0 ||
		    (n_patterns > 0 && patterns[n_patterns - 1].label == NULL))
			die_usage(usage);
		if (n_patterns == LINK_NEXT_MAX)
			die(EXIT_PERM, "more than %d next links",
			    LINK_NEXT_MAX);
		next[n_patterns] = ++argv;
		add_pattern(pattern);
		argv = args_block(argv);
	}
	if (argv == NULL || n_patterns == 0)
		die_usage(usage);
	link_open(&l, &ops);
	for (i = 0; i < n_patterns; i++)
		link_next(&l, next[i]);
	return link_run(&l);
}
