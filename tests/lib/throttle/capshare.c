/* what is asked of a shared cap, and when; limitsharecaps.c has machines that
 * share one */
#include "throttle/capshare.h"
#include "tap.h"

#define S INT64_C(1000000)

static struct capshare s;
static struct lease_question q;
static uint32_t seq;

static void
begin(uint32_t used)
{
	s = (struct capshare){ 0 };
	capshare_begin(&s, 1790000000, used);
}

static int
ask(uint32_t used, int64_t now_us)
{
	return capshare_ask(&s, used, &seq, now_us, &q);
}

static int
answer(uint32_t used, uint32_t has, int64_t now_us)
{
	const struct lease_answer a = {
		.seq = q.seq, .kept = q.have, .has = has, .of = 100
	};

	return capshare_answered(&s, used, &a, now_us);
}

static void
ahead(void)
{
	begin(3);
	is_num(ask(3, S), 0, "nobody waits");
	is_num(capshare_goes(&s, 3, 1), 0, "what is used is had, and no more");
	capshare_want(&s, 2, S);
	is_num(ask(3, S), 1, "who waits asks");
	is_num(q.have, 3, "telling what it has");
	is_num(q.back, 2, "and what it needs");
	is_num(ask(3, S), 0, "once");
	is_num(answer(3, 13, 2 * S), 1, "an answer");
	is_num(answer(3, 13, 2 * S), 0, "once");
	is_num(capshare_goes(&s, 3, 10), 1, "ten came");
	is_num(capshare_goes(&s, 3, 11), 0, "and no more");
	capshare_took(&s, 8, 2 * S);
	is_num(ask(8, 2 * S), 0, "half of it is left");
	capshare_took(&s, 9, 2 * S);
	is_num(ask(9, 2 * S), 1, "less than half: asked for more");
	is_num(q.have, 13, "beside all it has");
	is_num(capshare_goes(&s, 9, 4), 1, "which goes on meanwhile");
}

static void
back(void)
{
	begin(0);
	capshare_want(&s, 1, S);
	ask(0, S);
	answer(0, 10, S);
	capshare_took(&s, 2, S);
	is_num(ask(2, S + CAPSHARE_IDLE_US - 1), 0, "not idle yet");
	is_num(ask(2, S + CAPSHARE_IDLE_US), 1, "idle");
	is_num(q.have, 2, "the rest goes back");
	is_num(q.want, 0, "and nothing is wanted");
	is_num(capshare_goes(&s, 2, 1), 0, "before it is said");
	answer(2, 2, 4 * S);
	is_num(s.ask_us == INT64_MAX, 1, "and it is still");
	capshare_leave(&s, 2, 4 * S);
	is_num(ask(2, 4 * S), 0, "nothing is left to go back at the end");
}

static void
full(void)
{
	struct lease_answer a = { .of = 100, .alone = 1 };

	begin(0);
	capshare_want(&s, 1, S);
	ask(0, S);
	answer(0, 0, S);
	capshare_want(&s, 1, 2 * S);
	is_num(ask(0, 2 * S), 0, "others have all: not asked at once");
	capshare_want(&s, 1, S + CAPSHARE_FULL_US);
	is_num(ask(0, S + CAPSHARE_FULL_US), 1, "but later");
	a.seq = q.seq;
	capshare_answered(&s, 0, &a, 100 * S);
	is_num(s.full_us, 100 * S + CAPSHARE_CLOSED_US,
	    "sooner where that is not known");
}

/* nobody answers, and then somebody who knows nothing */
static void
lost(void)
{
	struct lease_answer a = { 0 };

	begin(5);
	capshare_want(&s, 1, S);
	ask(5, S);
	is_num(capshare_heard(&s, S), 1, "it is under way");
	is_num(capshare_heard(&s, S + CAPSHARE_AGAIN_US), 0, "for too long");
	a.seq = q.seq;
	is_num(capshare_answered(&s, 5, &a, 2 * S), 1, "nothing is known");
	is_num(capshare_heard(&s, 2 * S), 0, "so nothing comes");
	capshare_want(&s, 1, 2 * S);
	is_num(ask(5, 2 * S), 0, "not asked at once");
	is_num(ask(5, 2 * S + CAPSHARE_AGAIN_US), 1, "but again");
	capshare_tell(&s, 3 * S);
	is_num(answer(5, 9, 3 * S), 0, "an answer of before is none");
	is_num(ask(5, 3 * S), 1, "it is told");
	is_num(q.have, 5, "what is had");
	answer(5, 9, 3 * S);
	is_num(s.must, 0, "which is known now");
	begin(0);
	capshare_tell(&s, S);
	is_num(ask(0, S), 0, "who has nothing has nothing to tell");
}

static void
turn(void)
{
	begin(0);
	capshare_want(&s, 1, S);
	ask(0, S);
	capshare_begin(&s, 1790003600, 0);
	is_num(answer(0, 10, S), 0, "what came for the turn before");
	is_num(capshare_goes(&s, 0, 1), 0, "is not used in this one");
}

int
main(void)
{
	ahead();
	back();
	full();
	lost();
	turn();
	return done();
}
