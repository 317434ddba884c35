/* messages that belong together, over any number of others */
#include "queue/related.h"
#include "tap.h"

#define A "1j1bbfvqmdjl76geu51f"
#define B "1j1bbfvqmdjl76geu50v"
#define C "1j1bbfvqmdjl76geu501"
#define D "1j1bbfvqmdjl76geu502"

static int
line(struct related *r, const char *s)
{
	return related_line(r, s, strlen(s));
}

static int
about(struct related *r, const char *s)
{
	return related_about(r, s, strlen(s));
}

int
main(void)
{
	struct related r = { .ids = { 0 } };

	is_num(about(&r, "ts:x\tev:sent\tid:" A), 0, "none is followed");
	is_num(related_follow(&r, B), 0, "one");
	is_num(related_follow(&r, B), 0, "once more");
	is_num((long long)buf_len(&r.ids), strlen(B), "counts once");
	ok(related_has(&r, B) && !related_has(&r, A), "no other");
	is_num(line(&r, "ts:x\tev:reported\tid:" C "\tn:0\treport:" D), 0,
	    "what belongs to one that is found later");
	is_num(line(&r, "ts:x\tev:accepted\tid:" C "\tof:" B), 0, "to one");
	is_num(line(&r, "ts:x\tev:sent\tid:" A), 0, "what joins none");
	ok(!related_has(&r, C), "not before all lines are seen");
	is_num(related_close(&r), 0, "all are");
	ok(related_has(&r, C) && related_has(&r, D), "over another, too");
	ok(!related_has(&r, A), "who belongs to none is not");
	is_num(about(&r, "a: warning: " D ": no reply"), 1, "about one");
	is_num(about(&r, "a: warning: " A ": no reply"), 0, "about another");
	is_num(about(&r, "ts:x\tev:accepted\tid:" A "\tof:" D), 1,
	    "one that comes later");
	ok(related_has(&r, A), "is followed from there on");
	related_free(&r);
	return done();
}
