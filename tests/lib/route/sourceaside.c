/* sources whose address this machine does not have any more */
#include "route/sourceaside.h"
#include "tap.h"
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define S INT64_C(1000000)

static struct sourceaside a;
static unsigned here; /* bits: an IPv4 address, one of IPv6 */
static unsigned looks;
static int events; /* what is told, to be read */

static int
is_here(const struct hostaddr *x)
{
	looks++;
	return (here & (x->family == 4 ? 1 : 2)) != 0;
}

static struct slice
slice(const char *z)
{
	return (struct slice){ z, strlen(z) };
}

static unsigned
lost(const char *name, const char *ip, const char *ip6, int64_t now_us)
{
	struct pools_source s = {
		.name = slice(name), .ip = slice(ip), .ip6 = slice(ip6)
	};

	return sourceaside_lost(&a, &s, now_us);
}

/* what was told since, behind the time; "": nothing */
static const char *
told(void)
{
	static char text[2000];
	ssize_t n = read(events, text, sizeof text - 1);
	char *ev;

	text[n > 0 ? n : 0] = '\0';
	ev = strstr(text, "ev:");
	return ev == NULL ? text : ev;
}

/* the events of all that follows go to a pipe */
static void
catch_events(void)
{
	int p[2];

	if (pipe(p) == -1)
		exit(111);
	fcntl(p[0], F_SETFL, O_NONBLOCK);
	dup2(p[1], 2);
	close(p[1]);
	events = p[0];
}

static void
interface(void)
{
	here = 3;
	is_num(lost("a", "192.0.2.1", "2001:db8::1", S), 0, "both are here");
	here = 2;
	is_num(lost("a", "192.0.2.1", "2001:db8::1", 6 * S - 1), 0,
	    "not looked at again so soon");
	is_num(lost("a", "192.0.2.1", "2001:db8::1", 6 * S), SOURCEASIDE_IP,
	    "one is lost");
	ok(strstr(told(),
	       "src:a\tbind:192.0.2.1\tbind6:2001:db8::1\t"
	       "state:aside\ttext:this machine does not") != NULL,
	    "it is told");
	here = 0;
	is_num(lost("a", "192.0.2.1", "2001:db8::1", 12 * S), 3, "both are");
	told();
	is_num(lost("a", "192.0.2.1", "2001:db8::1", 18 * S), 3, "still");
	is_str(told(), "", "it is told once");
	here = 3;
	is_num(lost("a", "192.0.2.1", "2001:db8::1", 24 * S), 0,
	    "they are back");
	ok(strstr(told(), "state:back") != NULL, "that is told, too");
	here = 1;
	is_num(lost("b", "192.0.2.2", "", 25 * S), 0, "with one address");
	here = 0;
	is_num(lost("b", "192.0.2.2", "", 31 * S), 3, "nothing is left");
	is_num(lost("c", "192.0.2.3", "", 31 * S), 0,
	    "one that was never here is left alone");
	looks = 0;
	is_num(lost("d", "", "", 31 * S), 0, "and one without address");
	is_num(looks, 0, "which is not looked for");
	told();
}

static void
by_result(void)
{
	int64_t now = 100 * S;

	here = 0;
	is_num(lost("e", "192.0.2.4", "", now), 0, "never here");
	sourceaside_told(&a, slice("e"), now);
	sourceaside_told(&a, slice("unknown"), now);
	is_num(lost("e", "192.0.2.4", "", now), 3, "it could not be used");
	ok(strstr(told(), "src:e\tbind:192.0.2.4\tstate:aside") != NULL,
	    "it is told");
	sourceaside_told(&a, slice("e"), now + S);
	is_str(told(), "", "once");
	is_num(lost("e", "192.0.2.4", "", now + SOURCEASIDE_TOLD_US - 1), 3,
	    "for a minute");
	is_num(lost("e", "192.0.2.4", "",
		   now + SOURCEASIDE_TOLD_US + SOURCEASIDE_EVERY_US),
	    0, "then it is tried again");
	ok(strstr(told(), "state:back\ttext:it is tried again") != NULL,
	    "which is told");
	now += 2 * SOURCEASIDE_TOLD_US;
	sourceaside_told(&a, slice("e"), now);
	here = 1;
	is_num(lost("e", "192.0.2.4", "", now + SOURCEASIDE_EVERY_US), 0,
	    "or once its address is here");
	told();
}

static void
limits(void)
{
	char name[20];
	unsigned i;

	sourceaside_free(&a);
	here = 1;
	for (i = 0; i <= SOURCEASIDE_MAX; i++) {
		snprintf(name, sizeof name, "n%u", i);
		lost(name, "192.0.2.1", "", 0);
	}
	is_num((long)a.sources.n, SOURCEASIDE_MAX, "as many as may be");
	here = 0;
	is_num(lost("n0", "192.0.2.1", "", 9 * S), 3, "one of them");
	is_num(lost(name, "192.0.2.1", "", 9 * S), 0, "and one above");
}

/* by the system itself */
static void
real(void)
{
	sourceaside_free(&a);
	a.is_here = NULL;
	is_num(lost("l", "127.0.0.1", "", 0), 0, "loopback");
	sourceaside_told(&a, slice("l"), 0);
	is_num(lost("l", "127.0.0.1", "", S), 3, "it is told of");
	is_num(lost("l", "127.0.0.1", "", 6 * S), 0, "and here");
	lost("n", "192.0.2.1", "", 0);
	sourceaside_told(&a, slice("n"), 0);
	is_num(lost("n", "192.0.2.1", "", 6 * S), 3, "it is not");
	sourceaside_free(&a);
}

int
main(void)
{
	a.is_here = is_here;
	catch_events();
	interface();
	by_result();
	limits();
	real();
	return done();
}
