/* refused: addresses as text, their sums as events */
#include "base/fd.h"
#include "chain/refused.h"
#include "tap.h"
#include <unistd.h>

static int pipe_[2]; /* what is written on 2 */
static struct refused here, there;

/* the sums, without their time stamps, prog and text */
static const char *
sums(void)
{
	static char in[4096], out[4096];
	char *p, *e;
	ssize_t n;

	refused_end(&here);
	n = read(pipe_[0], in, sizeof in - 1);
	in[n > 0 ? n : 0] = '\0';
	out[0] = '\0';
	for (p = in; *p != '\0' && (e = strstr(p, "\ttext:")) != NULL;
	     p = strchr(e, '\n') + 1) {
		*e = '\0';
		p = strstr(p, "\tclient:");
		strcat(strcat(out, p == NULL ? " ?" : p + 1), "\n");
		p = e;
		*e = '\t';
	}
	return out;
}

static unsigned
tell(const char *ip, int ours, unsigned many)
{
	unsigned n = 0;

	while (many-- > 0)
		n += refused_client(&here, ip, ours, 550);
	return n;
}

static void
addresses(void)
{
	is_num(tell("192.0.2.1", 0, 25), 20, "IPv4");
	is_str(sums(), "client:192.0.2.1\tcount:5\tcode:550\n", "its sum");
	is_str(sums(), "", "is told once");
	is_num(tell("2001:db8::1", 0, 15) + tell("2001:db8::2", 0, 10), 20,
	    "a /64 is one");
	is_num(tell("2001:db8:0:1::2", 0, 10), 10, "another is not");
	is_str(sums(), "client:2001:db8::\tcount:5\tcode:550\n", "its sum");
	is_num(tell("::ffff:192.0.2.1", 0, 15) + tell("192.0.2.1", 0, 10), 20,
	    "a mapped address is IPv4");
	is_str(sums(), "client:192.0.2.1\tcount:5\tcode:550\n", "its sum");
	is_num(tell("192.0.2.1", 1, 1001), 1000, "one that may relay");
	is_str(sums(), "client:192.0.2.1\tcount:1\tcode:550\n", "its sum");
}

static void
none(void)
{
	is_num(tell(NULL, 0, 2000), 2000, "no address");
	is_num(tell("unknown", 0, 2000), 2000, "none that is one");
	is_num(tell("192.0.2.1x", 0, 2000), 2000, "nearly one");
	is_str(sums(), "", "no sum");
}

/* each has its own count */
static void
two(void)
{
	unsigned n = 0, i;

	is_num(tell("192.0.2.1", 0, 25), 20, "the one");
	for (i = 0; i < 25; i++)
		n += refused_client(&there, "192.0.2.1", 0, 550);
	is_num(n, 20, "the other");
	refused_end(&there);
	ok(loop_timer_active(&here.window), "the one's window goes on");
	ok(!loop_timer_active(&there.window), "the other's has ended");
	is_str(sums(),
	    "client:192.0.2.1\tcount:5\tcode:550\n"
	    "client:192.0.2.1\tcount:5\tcode:550\n",
	    "both sums");
}

int
main(void)
{
	if (pipe(pipe_) == -1 || dup2(pipe_[1], 2) == -1)
		return 1;
	fd_nonblock(pipe_[0]);
	addresses();
	none();
	two();
	return done();
}
