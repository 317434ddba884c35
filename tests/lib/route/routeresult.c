/* what is answered of a job */
#include "route/routeresult.h"
#include "tap.h"

static const struct slice domain = { "d", 1 }, nowhere = { "", 0 };
static struct routejob job;
static struct buf out;

/* line must stay */
static void
read_job(const char *line)
{
	buf_clear(&out);
	routejob_read(&job, line, strlen(line));
}

/* what is written, once */
static const char *
text(void)
{
	const char *t;

	buf_putc(&out, '\0');
	t = buf_data(&out);
	buf_clear(&out);
	return t;
}

static void
kept(void)
{
	static const struct suspendif_way way = { .site = { "s", 1 },
		.via = { "v", 1 } };

	read_job("id:b\tn:1\tto:x");
	routeresult_suspended(&out, &job, &way, 12, 17);
	is_str(text(),
	    "id:b\tn:1\tstatus:later\tnext:17\tsite:s\tvia:v\tsuspended:12"
	    "\ttext:suspended by order 12\n",
	    "suspended");
	routeresult_wait(&out, &job, 17, domain, "no\\\\answer");
	is_str(text(),
	    "id:b\tn:1\tstatus:later\tcode:450\tesc:4.4.1\tclass:connect"
	    "\tdomain:d\tnext:17\ttext:no\\\\answer\n",
	    "kept from its site");
}

static void
suppressed(void)
{
	read_job("id:b\tn:1\tto:x");
	routeresult_suppressed(&out, &job, "r", domain, "t", 0);
	is_str(text(),
	    "id:b\tn:1\tstatus:bounced\tcode:550\tesc:5.7.1\tclass:policy"
	    "\tdomain:d\tsuppressed:r\tfailure:suppressed"
	    "\tfailure-type:hard\treport:no\ttext:t\n",
	    "suppressed, without a report");
	routeresult_suppressed(&out, &job, "r", domain, "t", 1);
	ok(strstr(text(), "\treport:") == NULL, "with one");
}

static void
unsafe(void)
{
	read_job("id:b\tto:x");
	routeresult_unsafe(&out, &job, domain,
	    &(struct tlsplan){ .esc = "4.7.5",
		.class = "tls",
		.fail = "dane-required",
		.policy = "dane",
		.from = "tls-out:1",
		.text = "why" });
	is_str(text(),
	    "id:b\tstatus:deferred\tcode:450\tesc:4.7.5\tclass:tls\tdomain:d"
	    "\ttls-policy:dane\ttls-from:tls-out:1\ttls-fail:dane-required"
	    "\ttext:why\n",
	    "no host is safe enough");
}

/* a job that only asks */
static void
explained(void)
{
	struct routewhy why = { .lost = 0 };

	routewhy_step(&why, "routes", 3, "matches u@y.z");
	read_job("id:a\tn:1\texplain:b/2\tto:u@y.z\n");
	job.why = &why;
	routeresult_answer(&out, &job, "bounced", "5.1.2", "dns", nowhere, "t");
	is_str(text(),
	    "id:a\tn:1\tstatus:explained\twould:bounced\texplain:b/2\t"
	    "why-route:routes:3: matches u@y.z\tcode:550\tesc:5.1.2\t"
	    "class:dns\ttext:t\n",
	    "what would be answered is none");
	buf_free(&why.text);
}

int
main(void)
{
	read_job("id:a\\n\tn:5\tto:b");
	routeresult_later(&out, &job, 17);
	is_str(text(), "id:a\\n\tn:5\tstatus:later\tnext:17\n", "later");
	routeresult_answer(&out, &job, "bounced", "5.1.2", "dns", domain,
	    "a\tb");
	is_str(text(),
	    "id:a\\n\tn:5\tstatus:bounced\tcode:550\tesc:5.1.2"
	    "\tclass:dns\tdomain:d\ttext:a\\tb\n",
	    "an answer");
	read_job("id:a\tto:b");
	routeresult_answer(&out, &job, "sent", "2.0.0", "x", nowhere, "");
	is_str(text(),
	    "id:a\tstatus:sent\tcode:250\tesc:2.0.0\tclass:x\ttext:\n",
	    "without n and domain");
	kept();
	suppressed();
	unsafe();
	explained();
	return done();
}
