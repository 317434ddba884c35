#ifndef CHAIN_RECORD_H
#define CHAIN_RECORD_H

/*
 * The descriptor that queue-run hands down a delivering chain: who makes an
 * outcome appends its line there before he hands it up, chain(7).  Its
 * number stands in the environment.
 */
#define RECORD_ENV "QUEUE_RESULTS"

/* the number, when there is one and it is a file opened for appending, else
 * -1; it stays inheritable */
int record_inherited(void);
/* the same for who uses it himself: what he runs does not get it */
int record_take(void);
/*
 * record_receive - look at what first comes over a connection
 *
 * Waits for the first byte, which stays to be read.  A descriptor that came
 * with it is put into the environment, and is inheritable; else nothing.
 */
void record_receive(int socket);

#endif
