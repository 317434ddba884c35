/* jobs to who gets no more mail */
#include "route/routesuppress.h"
#include "logged.h"
#include "suppressdir.h"
#include "tap.h"

enum { NOW = 1790000000 };

#define JOB "id:a\tn:1\tfrom:a@b\ttenant:acme\torigin:inside\t"
#define REFUSED \
	"\tcode:550\tesc:5.7.1\tclass:policy\tdomain:example.org" \
	"\tsuppressed:unknown-user\tfailure:suppressed\tfailure-type:hard" \
	"\ttext:suppressed since 2026-05-28: unknown-user\n"

static struct suppressask *lists;
static struct routing where;

/* the answer to a job that goes to its address, or to another; "" for none */
static const char *
answered(const char *line, const char *to)
{
	static struct routejob job;
	static struct buf out;
	int r;

	buf_clear(&out);
	routejob_read(&job, line, strlen(line));
	where.renamed = to != NULL;
	buf_clear(&where.to);
	buf_put(&where.to, to != NULL ? to : job.w.to.p,
	    to != NULL ? strlen(to) : job.w.to.n);
	address_set(&where.addr, buf_data(&where.to), buf_len(&where.to));
	lists->list.checked_ms -= SUPPRESSED_CHECK_MS;
	r = routesuppress(lists, &job, &where, NOW, &out);
	if (r != (buf_len(&out) > 0))
		return "the result says another thing than the answer";
	buf_putc(&out, '\0');
	return buf_data(&out);
}

static void
refused(void)
{
	is_str(answered(JOB "to:joe@example.org", NULL),
	    "id:a\tn:1\tstatus:bounced" REFUSED, "who is suppressed");
	ok(strstr(logged(), "where:route\tid:a\tn:1\n") != NULL, "is said");
	is_str(answered(JOB "to:x@example.org", "joe@example.org"),
	    "id:a\tn:1\tstatus:bounced" REFUSED, "by the address it goes to");
	logged();
	is_str(answered(JOB "explain:b/2\tto:joe@example.org", NULL),
	    "id:a\tn:1\tstatus:explained\twould:bounced\texplain:b/2" REFUSED,
	    "who only asks");
	is_str(logged(), "", "makes no event");
	is_str(answered(JOB "to:ann@example.org", NULL), "",
	    "of another stream");
	ok(answered(JOB "tag:stream=news\tto:ann@example.org", NULL)[0] != '\0',
	    "of its stream");
}

int
main(void)
{
	suppressdir_make();
	logged_begin();
	lists = suppressask_open(suppressdir, suppressdir);
	suppressdir_add(SUPPRESSLINE_ADD, "acme", "*", "joe@example.org",
	    1780000000, 0);
	suppressdir_add(SUPPRESSLINE_ADD, "acme", "news", "ann@example.org",
	    1780000000, 0);
	where.what = ROUTING_MX;
	refused();
	is_str(answered(JOB "to:x@example.org", NULL), "", "others may");
	is_str(answered("id:a\tfrom:a@b\ttenant:acme\tto:joe@example.org",
		   NULL),
	    "", "others' mail may");
	where.what = ROUTING_DEFERRED;
	is_str(answered(JOB "to:joe@example.org", NULL), "",
	    "what goes nowhere is not asked about");
	where.what = ROUTING_MX;
	unlink(suppressdir_path("journal"));
	suppressdir_raw("journal", "nonsense", 8);
	is_str(answered(JOB "to:x@example.org", NULL),
	    "id:a\tn:1\tstatus:deferred\tcode:450\tesc:4.3.5\tclass:local"
	    "\tdomain:example.org"
	    "\ttext:it cannot be looked up now who gets no more mail\n",
	    "a damaged list");
	suppressdir_remove();
	return done();
}
