#ifndef BASE_SPOOL_H
#define BASE_SPOOL_H

#include "base/buf.h"
#include <stdint.h>

/*
 * Bytes that are kept until they are wanted: in memory while they are few,
 * then in a file without a name.
 *
 * spool_add() does all of it.  Who counts what is kept, or writes to text by
 * himself, takes the steps: spool_file() when it is too much for memory, and
 * from then on spool_spill() now and then.
 */
struct spool {
	struct buf text;     /* what is in memory, behind what is in the file */
	int fd;              /* -1: no file */
	uint64_t filed;      /* bytes in the file */
	unsigned failed : 1; /* spool_add() has: what is here is not whole */
};

enum { SPOOL_READ = 65536 }; /* bytes of a file at a time */

void spool_init(struct spool *);
/* memory_max: bytes kept in memory; dir: for the file.  A failure is warned
 * of once and noted */
void spool_add(struct spool *, const char *, size_t n, size_t memory_max,
    const char *dir);
/* a file in dir, which text goes to from now on; 0, or -1 with errno */
int spool_file(struct spool *, const char *dir);
/* text into the file but for its last bytes, keep of them; 0, or -1 with
 * errno: what is here is not whole any more */
int spool_spill(struct spool *, size_t keep);

static inline uint64_t
spool_len(const struct spool *s)
{
	return s->filed + buf_len(&s->text);
}
/*
 * spool_read - some of it, from offset at
 *
 * *p is set to bytes in memory, valid until the next call.  Returns how
 * many, 0 at the end, -1 with errno.
 */
long spool_read(const struct spool *, uint64_t at, const char **p);

enum spool_result {
	SPOOL_OK,
	SPOOL_LOST,  /* unable to read it back, errno */
	SPOOL_UNSENT /* the descriptor does not take it, errno */
};
/* all of it to a descriptor, which may block */
enum spool_result spool_write(const struct spool *, int to);
void spool_free(struct spool *);

#endif
