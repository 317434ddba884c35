#ifndef ACCEPT_ACCEPTTOOL_H
#define ACCEPT_ACCEPTTOOL_H

/* What people ask accept-limit(8) at its socket; each dies where it cannot. */

/* labels: LABEL:VALUE of a message, NULL behind the last.  What is used of each
 * limit that applies goes to descriptor 1 */
void accepttool_show(const char *socket, char *const labels[]);
/* by: "+N", "-N", or NULL, which only tells what there is */
void accepttool_add(const char *socket, const char *key, const char *by);

#endif
