#ifndef SEND_CONN_H
#define SEND_CONN_H

#include "send/pool.h"

/*
 * The parts of one connection: conn.c has the session, write.c what is
 * written.  Nobody else includes this.
 */

/* a new deadline */
void sendconn_wait(struct sendconn *, enum sendpool_wait);
/* close its descriptors and free its buffers */
void sendconn_close(struct sendconn *);
/* the same, and it is gone */
void sendconn_end(struct sendconn *);
/* the session has ended under its transactions: answer them, or hand them
 * to another connection */
void sendconn_drop(struct sendconn *, const char *class, const char *esc,
    const char *text);
/* has it done its share, by limits or because other sites wait? */
int sendconn_worn_out(const struct sendconn *);

#endif
