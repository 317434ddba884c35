#ifndef SHARE_SHARESCRIPT_H
#define SHARE_SHARESCRIPT_H

/*
 * The script that runs in Redis and hands out the parts of a limit, in Lua 5.1.
 * Redis runs one at a time, and its clock is the only one that counts.
 *
 *	KEYS	1 the limit, a hash; 2 one for all of them, a hash
 *	ARGV	1 the run id of this Redis  2 the term of a lease
 *		3 rate, conn or beat  4 who asks  5 the number of his question
 *		6 parts of the whole  7 rate: how long an empty whole takes to
 *		be full; conn: how long those of the dead count
 *		8 parts that he has  9 that he gives back  10 their level
 *		11 parts that he wants
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

#endif
