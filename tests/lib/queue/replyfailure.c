/* what a failure is called, by the reply that a message file has */
#include "queue/replyfailure.h"
#include "tap.h"

static const struct {
	const char *reply, *event, *class;
	int hard;
} cases[] = {
	{ "5.1.1 mx.x No such user", "bounced", "unknown-user", 1 },
	{ "4.2.2 mx.x mailbox full", "deferred", "mailbox-full", 0 },
	{ "4.0.0 - x\\nmailbox\\nfull", "deferred", "mailbox-full", 0 },
	{ "4.4.1 -", "deferred", "network", 0 },
	{ "", "deferred", "temporary", 0 },
};

int
main(void)
{
	struct failuretable t;
	struct failure f;
	char room[8];
	size_t i;

	failuretable_open(&t, NULL);
	for (i = 0; i < sizeof cases / sizeof *cases; i++) {
		replyfailure(&t, cases[i].reply, strlen(cases[i].reply),
		    cases[i].event, &f);
		is_str(f.class, cases[i].class, cases[i].reply);
		is_num(f.hard, cases[i].hard, "hard or not");
	}
	is_num(replyfailure_plain((struct slice){ "a\\nb", 4 }, room,
		   sizeof room)
		   .n,
	    3, "without the escape");
	is_num(replyfailure_plain((struct slice){ "123456789", 9 }, room,
		   sizeof room)
		   .n,
	    9, "what is too long stays");
	return done();
}
