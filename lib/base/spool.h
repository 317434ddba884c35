#ifndef BASE_SPOOL_H
#define BASE_SPOOL_H

#include "base/buf.h"
#include <stdint.h>

/*
 * Bytes that are kept until they are wanted: in memory while they are few,
 * then in an unlinked file.
 */
struct spool {
	struct buf text;     /* what is in memory, behind what is in the file */
	int fd;              /* -1: no file */
	uint64_t filed;      /* bytes in the file */
	unsigned failed : 1; /* a write failed: what is here is not whole */
};

enum { SPOOL_READ = 65536 }; /* bytes of a file at a time */

void spool_init(struct spool *);
/* memory_max: bytes kept in memory; dir: for the file.  A failure is warned
 * of once and noted */
void spool_add(struct spool *, const char *, size_t n, size_t memory_max,
    const char *dir);
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
long spool_read(struct spool *, uint64_t at, const char **p);
void spool_free(struct spool *);

#endif
