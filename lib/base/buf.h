#ifndef BASE_BUF_H
#define BASE_BUF_H

#include <stddef.h>
#include <stdint.h>

/*
 * A growing byte buffer that is filled at the end and consumed at the
 * front.  All zero is an empty one.  buf_data() is valid until the next
 * call that adds.  What adds returns 0, or -1 with errno ENOMEM and then
 * has added nothing.
 */
struct buf {
	char *p;
	size_t off; /* first byte not consumed */
	size_t end; /* one behind the last byte */
	size_t cap;
};

static inline char *
buf_data(const struct buf *b)
{
	return b->p == NULL ? NULL : b->p + b->off;
}

static inline size_t
buf_len(const struct buf *b)
{
	return b->end - b->off;
}

/* room for n more bytes at buf_tail(); buf_added() says how many came */
int buf_reserve(struct buf *, size_t n);

static inline char *
buf_tail(struct buf *b)
{
	return b->p == NULL ? NULL : b->p + b->end;
}

static inline void
buf_added(struct buf *b, size_t n)
{
	b->end += n;
}

int buf_put(struct buf *, const void *, size_t n);
int buf_puts(struct buf *, const char *);
int buf_putc(struct buf *, char);
int buf_putnum(struct buf *, uint64_t); /* decimal */
int buf_printf(struct buf *, const char *, ...)
    __attribute__((format(printf, 2, 3)));
/* drop n bytes at the front; an emptied buffer above BUF_KEEP is freed */
enum { BUF_KEEP = 65536 };
void buf_consume(struct buf *, size_t n);
/* a NUL becomes a blank: none leaves in a message (RFC 5321 section 4.5.2,
 * RFC 5322 section 3.5), and its length stays */
void bytes_no_nul(char *, size_t n);
void buf_clear(struct buf *); /* empty, memory kept */
void buf_free(struct buf *);  /* empty, memory gone */
/* the same, with nothing left in that memory; what a buffer has outgrown is
 * gone before, so for secrets all the room is reserved first */
void buf_wipe(struct buf *);

#endif
