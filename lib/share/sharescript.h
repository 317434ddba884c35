#ifndef SHARE_SHARESCRIPT_H
#define SHARE_SHARESCRIPT_H

/*
 * The script that runs in Redis and hands out the parts of a limit, in Lua 5.1.
 * Redis runs one at a time, and its clock is the only one that counts.
 *
 *	KEYS	1 the limit, a hash; 2 one for all of them, a hash
 *	ARGV	1 the run id of this Redis  2 the term of a lease
 *		3 rate, conn, cap, told or beat  4 who asks  5 the number of his question
 *		6 parts of the whole  7 rate: how long an empty whole takes to
 *		be full; conn: how long those of the dead count
 *		8 parts that he has  9 that he gives back  10 their level
 *		11 parts that he wants  12 how many machines there are
 *
 * Answer: -1, the question is older than one that was answered; or numbers:
 *	1 until nobody gets anything  2 parts that are his  3 of those that he
 *	had so many are  4 the level of those that are new  5 parts to be given
 *	back, 6 after so long  7 when to ask again, 0: as usual
 * Times are microseconds, levels as in share.h.
 *
 * The second key says since when, `from', all is known.  Where Redis is
 * another one, has been started again, with what data ever, or nobody has
 * asked for longer than a lease, so that everybody may have begun to do
 * without it, that is one lease from now on: then all that others might still
 * have has run out, nothing that was known before counts, and all levels
 * begin at nothing.
 *
 * In the first key: `f' that `from', `l' the level of the parts that nobody
 * has, `t' when that was, and of each who has asked `h' with his name: parts,
 * the end of the lease, what he wants, his last question.  A lease that has
 * run out leaves an empty bucket at its end.
 *
 * Who gets how many: each what he wants, but nobody more than an even part as
 * long as another wants more.  What cannot be divided evenly goes around, a
 * turn of two terms each, unless it is small.
 *
 * Of a cap, whose key has the turn in its name, other things are asked:
 *	6 what the cap is  7 when the turn began, seconds since 1970  8 what
 *	he has of it so far, used or not  9 what he needs at least  10 when he
 *	was started  11 0: he only tells
 * and answered: 2 what he has now  3 what he had  5 so much is left  7 1: it
 * is not known what others have, and nobody gets more.
 * In its key: `h' with the name of each, which outlasts him: what he has, what
 * died with those who had the name before, when he was started, his last
 * question; and `e' with `caps' of the second key.  That is the time since
 * which nothing that was handed out has been forgotten here.  Who asks gets
 * what he needs, or a sixteenth of what is left, `part'.  Of a turn that began
 * before `caps', or less than a minute later, `skew', for clocks differ,
 * something may have been handed out that is not known.  So nobody gets more of it until
 * as many as there are machines have told all that they have of all caps, and
 * then said so, `told', with 7 the time since when they know it: fields `n'
 * of the second key, for those whose time is of use.
 */
extern const char sharescript[];

/* numbers of an answer */
enum sharescript_answer {
	SHARESCRIPT_WAIT,
	SHARESCRIPT_HAS,
	SHARESCRIPT_KEPT,
	SHARESCRIPT_LEVEL,
	SHARESCRIPT_BACK,
	SHARESCRIPT_BACK_AFTER,
	SHARESCRIPT_RETRY,
	SHARESCRIPT_NUMBERS
};

/* of a cap, and of a beat: where others have other things */
enum {
	SHARESCRIPT_CAPS = SHARESCRIPT_HAS,
	SHARESCRIPT_LEFT = SHARESCRIPT_BACK,
	SHARESCRIPT_CLOSED = SHARESCRIPT_RETRY
};

#endif
