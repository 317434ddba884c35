#ifndef RECV_CROWD_H
#define RECV_CROWD_H

/*
 * How many connections an address has, over all processes that serve the same
 * sockets: a number that is small, of which each process sees any part.  In
 * memory that they share each has a row of its own, which only it writes; an
 * address (IPv6: the /64) has a column, by a keyed hash.  Who falls into the
 * same column is counted with it: with 10,000 connections that is one in
 * seven addresses, with one more each.
 */
enum { CROWD_COLUMNS = 65536 };

struct crowd;

/* before the fork; key: random bytes that nobody outside knows.  NULL with
 * errno */
struct crowd *crowd_new(unsigned rows, const unsigned char key[8]);
void crowd_free(struct crowd *);
/* in a process: its row, from 0 */
void crowd_row(struct crowd *, unsigned row);
/* one more here, of this address, IPv4 mapped; or one less */
void crowd_join(struct crowd *, const unsigned char ip[16]);
void crowd_leave(struct crowd *, const unsigned char ip[16]);
/* in all rows */
unsigned crowd_count(const struct crowd *, const unsigned char ip[16]);
/* the process of this row has died, with all its connections */
void crowd_clear(struct crowd *, unsigned row);

#endif
