#ifndef BASE_REDISREADER_H
#define BASE_REDISREADER_H

struct redisReader;

/*
 * hiredis' reader of answers, which makes room for as many elements as an answer
 * says it will have, and visits each of them when it lets go of it: two thousand
 * million cost minutes, whoever says so.  Here an answer of more elements than
 * would fit into the longest one that is read is none.
 */
enum {
	/* of one array, 4 bytes each at the least */
	REDISREADER_ELEMENTS_MAX = 262144
};

/* for redisReaderFeed() and redisReaderGetReply(); NULL: no memory */
struct redisReader *redisreader_new(void);
void redisreader_free(struct redisReader *);

#endif
