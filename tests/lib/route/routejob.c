/* jobs read, and written with what was decided */
#include "route/routejob.h"
#include "nolookup.h"
#include "tap.h"

#define MAY "\ttls:may\ttls-from:default,no-policy\n"

static struct routejob job;
static struct routing where;
static struct buf out;

static int
read_line(const char *line)
{
	const struct lookup l = { nolookup, NULL };
	const struct routing_conf c = {
		.routes = l, .aliases = l, .pools = l, .local = l
	};

	if (routejob_read(&job, line, strlen(line)) == -1)
		return -1;
	routing_decide(&where, &c, &job.w);
	return 0;
}

static const char *
text(void)
{
	buf_putc(&out, '\0');
	out.end--;
	return buf_data(&out);
}

static const char *groups = "";

static const char *
remote(const char *line)
{
	static const struct slice site = { "s", 1 }, mx = { "m/25/i", 6 };
	static struct protect how;

	if (read_line(line) == -1)
		return "no job";
	buf_clear(&out);
	protect_decide(&how, NULL, &where, &job.w, NULL);
	routejob_remote(&out, &job, &where, "me", site, mx, groups, &how);
	return text();
}

static const char *
local(const char *line)
{
	if (read_line(line) == -1)
		return "no job";
	buf_clear(&out);
	routejob_local(&out, &job, &where);
	return text();
}

/* a job that only asks */
static void
explained(void)
{
	static const char real[] =
	    "id:a\tn:1\texplain:b/2\tfile:/f\tto:u@y.z\n";
	static const char asks[] = "id:a\tn:1\texplain:b/2\tto:u@y.z\n";
	struct routewhy why = { .lost = 0 };

	routewhy_step(&why, "routes", 3, "matches u@y.z");
	is_num(routejob_read(&job, real, sizeof real - 1), 0, "with a file");
	ok(job.explain == NULL && word_is(job.w.id, "a"), "it is real");
	is_num(routejob_read(&job, asks, sizeof asks - 1), 0, "without");
	ok(job.explain != NULL && word_is(job.w.id, "b"),
	    "the id is that of the message asked about");
	job.why = &why;
	buf_clear(&out);
	routejob_local(&out, &job, &where);
	ok(strstr(text(), "\twhy-route:routes:3: matches u@y.z\n") != NULL,
	    "what goes down says why");
	buf_free(&why.text);
}

int
main(void)
{
	static const char line[] =
	    "id:a\tn:1\tfrom:f\\ts@x\tto:t\\\\u@y.z"
	    "\tsize:12\ttry:3\ttenant:te\ttag:a=b\ttag:c=d\tuser:u";

	is_num(routejob_read(&job, line, sizeof line - 1), 0, "a job");
	ok(word_is(job.w.id, "a") && word_is(job.w.tenant, "te") &&
		word_is(job.w.user, "u"),
	    "its words");
	ok(word_is(job.w.from, "f\ts@x") && word_is(job.w.to, "t\\u@y.z"),
	    "without escapes");
	ok(job.w.n_tag == 2 && word_is(job.w.tag[1], "c=d"), "its tags");
	ok(job.w.size == 12 && job.w.try == 3, "its numbers");
	is_num(routejob_read(&job, "id:b\tto:x", 9), 0, "a short one");
	ok(job.w.n_tag == 0 && job.w.size == 0 && job.w.from.n == 0,
	    "has nothing of the one before");
	is_num(routejob_read(&job, "id:b", 4), -1, "no recipient");
	ok(job.id != NULL, "is named all the same");
	is_num(routejob_read(&job, "id:c\tbad", 8), -1, "no LTSV");
	ok(job.id != NULL, "is named, too");
	is_num(routejob_read(&job, "bad\tid:c", 8), -1, "not even that");
	ok(job.id == NULL, "has no name");

	is_str(remote("id:a\tn:0\tto:b@c\tx:y"),
	    "id:a\tn:0\tto:b@c\tx:y"
	    "\tsite:s\tmx:m/25/i\tdomain:c\tvia:default\thelo:me" MAY,
	    "a remote job");
	is_str(
	    remote(
		"site:1\tvia:2\tsrc:3\tbind:4\tbind6:5\thelo:6\tmx:7"
		"\tproto:8\tdomain:9\ttls:10\torig:11\tkeep:12\tforward:13"
		"\tprogram:14\text:15\tmsgs-per-conn:16\tid:a\tto:b@c\tuser:u"
		"\tsites:17\tmsgs-per-host:18\ttlsa:19\tsts:20\tsts-id:21"
		"\tlogin:22\ttls-else:23\tclient-cert:24\tmx-secure:25"),
	    "id:a\tto:b@c\tuser:u\tsites:17\tmsgs-per-host:18"
	    "\tsite:s\tmx:m/25/i\tdomain:c\tvia:default\thelo:me" MAY,
	    "our labels from outside go");
	is_str(remote("id:a\tfrom:f@x\tto:b@c\tsrs:s@o\tof:m"),
	    "id:a\tfrom:s@o\tto:b@c\tof:m"
	    "\tsite:s\tmx:m/25/i\tdomain:c\tvia:default\thelo:me" MAY,
	    "a copy goes out under another sender");
	is_str(remote("id:a\tfrom:f@x\tto:b@c\tsrs:s@o"),
	    "id:a\tfrom:f@x\tto:b@c"
	    "\tsite:s\tmx:m/25/i\tdomain:c\tvia:default\thelo:me" MAY,
	    "what is not forwarded does not");
	ok(strstr(remote("id:a\tfrom:\tto:b@c\tsrs:s@o\tof:m"),
	       "from:\tto:b@c\tof:m\tsite") != NULL,
	    "nor does a report");
	ok(strstr(remote("id:a\tfrom:f@x\tto:b@c\tsrs:s@o\tof:m"
			 "\torigin:inside"),
	       "from:f@x\tto:b@c\tof:m\torigin:inside\tsite") != NULL,
	    "nor our own people's");
	is_str(local("id:a\tto:b\tuser:x\ty:\\t"),
	    "id:a\tto:b\ty:\\t\tsite:local\tvia:local\tuser:b\n",
	    "a local job");
	is_num(routejob_read(&job, "id:b\tto:x\trequiretls:1", 22), 0, "a job");
	ok(job.w.requiretls && !job.w.tls_optional, "that wants TLS");
	is_num(routejob_read(&job, "id:b\tto:x\ttls-optional:1", 24), 0,
	    "a job");
	ok(!job.w.requiretls && job.w.tls_optional, "that does not need it");
	is_num(routejob_read(&job, "from:\tid:b\tto:x\trequiretls:1", 28), 0,
	    "a report");
	ok(!job.w.requiretls, "demands it of nobody");
	is_str(remote("id:a\tfrom:\trequiretls:1\tto:b@c"),
	    "id:a\tfrom:\trequiretls:may\tto:b@c"
	    "\tsite:s\tmx:m/25/i\tdomain:c\tvia:default\thelo:me" MAY,
	    "but wishes for it");
	is_str(remote("id:a\tfrom:x\trequiretls:1\tto:b@c"),
	    "id:a\tfrom:x\trequiretls:1\tto:b@c"
	    "\tsite:s\tmx:m/25/i\tdomain:c\tvia:default\thelo:me"
	    "\ttls:sts\ttls-from:requiretls,no-policy\n",
	    "others keep it");
	is_str(local("id:a\tfrom:\trequiretls:1\tto:b"),
	    "id:a\tfrom:\trequiretls:1\tto:b\tsite:local\tvia:local\tuser:b\n",
	    "and so does what is delivered here, and may be sent on");
	explained();
	return done();
}
