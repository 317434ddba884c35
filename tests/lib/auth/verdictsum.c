/* refused verdicts: told once, and then how many like it there were */
#include "auth/verdictsum.h"
#include "base/fd.h"
#include "tap.h"
#include <stdlib.h>
#include <unistd.h>

static int pipe_[2]; /* what is written on 2 */

/* the labels from client: or count: on, of each line since the last call */
static const char *
told(void)
{
	static char in[1 << 20], out[1 << 20];
	char *p, *e, *from;
	ssize_t n = read(pipe_[0], in, sizeof in - 1);

	in[n > 0 ? n : 0] = '\0';
	out[0] = '\0';
	for (p = in; (e = strchr(p, '\n')) != NULL; p = e + 1) {
		*e = '\0';
		from = strstr(p, "\tclient:");
		if (from == NULL)
			from = strstr(p, "\tcount:");
		strcat(strcat(out, from == NULL ? "?" : from + 1), "\n");
	}
	return out;
}

static struct verdictsum one, other, *sum = &one;

static void
refuse(const char *client, const char *from, const char *helo,
    const char *domain, unsigned many)
{
	static struct buf b;
	const char *const v[] = { "client", client, "from", from, "helo", helo,
		"header-from", domain };
	size_t i;

	buf_clear(&b);
	for (i = 0; i < sizeof v / sizeof *v; i++)
		buf_put(&b, v[i], strlen(v[i]) + 1);
	while (many-- > 0)
		verdictsum_refused(sum, &b);
}

static void
kinds(void)
{
	refuse("192.0.2.1", "a@b", "h", "x.test", 1);
	is_str(told(),
	    "client:192.0.2.1\tfrom:a@b\thelo:h\theader-from:x.test\n",
	    "the first at once");
	verdictsum_end(sum);
	is_str(told(), "", "no sum of one");
	refuse("192.0.2.1", "a@b", "h", "x.test", 3);
	refuse("192.0.2.1", "c@b", "i", "x.test", 2);
	refuse("192.0.2.2", "a@b", "h", "x.test", 1);
	refuse("192.0.2.1", "a@b", "h", "y.test", 2);
	is_str(told(),
	    "client:192.0.2.1\tfrom:a@b\thelo:h\theader-from:x.test\n"
	    "client:192.0.2.2\tfrom:a@b\thelo:h\theader-from:x.test\n"
	    "client:192.0.2.1\tfrom:a@b\thelo:h\theader-from:y.test\n",
	    "the first of each kind");
	verdictsum_end(sum);
	is_str(told(),
	    "client:192.0.2.1\tfrom:a@b\thelo:h\theader-from:x.test\tcount:4\n"
	    "client:192.0.2.1\tfrom:a@b\thelo:h\theader-from:y.test\tcount:1\n",
	    "and how many more there were");
	verdictsum_end(sum);
	is_str(told(), "", "once");
}

/* two: what is of one kind for one is the first for the other */
static void
two(void)
{
	refuse("192.0.2.9", "a@b", "h", "z.test", 1);
	sum = &other;
	refuse("192.0.2.9", "a@b", "h", "z.test", 1);
	is_str(told(),
	    "client:192.0.2.9\tfrom:a@b\thelo:h\theader-from:z.test\n"
	    "client:192.0.2.9\tfrom:a@b\thelo:h\theader-from:z.test\n",
	    "each counts by itself");
	verdictsum_end(sum);
	sum = &one;
	verdictsum_end(sum);
	is_str(told(), "", "and neither has more to tell");
}

static void
limit(void)
{
	char domain[32];
	const char *p;
	unsigned i, lines = 0;

	for (i = 0; i < VERDICTSUM_KINDS_MAX + 2; i++) {
		snprintf(domain, sizeof domain, "d%u.test", i);
		refuse("192.0.2.1", "", "h", domain, 1);
		for (p = told(); (p = strchr(p, '\n')) != NULL; p++)
			lines++;
	}
	is_num(lines, VERDICTSUM_KINDS_MAX, "as many kinds as there may be");
	refuse("192.0.2.1", "", "h", "d0.test", 1);
	verdictsum_end(sum);
	is_str(told(),
	    "client:192.0.2.1\tfrom:\thelo:h\theader-from:d0.test\tcount:1\n"
	    "count:2\tcode:550\ttext:refusals that were not told one by one\n",
	    "those above are a number");
}

int
main(void)
{
	if (pipe(pipe_) == -1 || dup2(pipe_[1], 2) == -1)
		return 1;
	fd_nonblock(pipe_[0]);
	kinds();
	two();
	limit();
	return done();
}
