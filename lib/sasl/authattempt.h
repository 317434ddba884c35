#ifndef SASL_AUTHATTEMPT_H
#define SASL_AUTHATTEMPT_H

#include "base/hash.h"
#include "sasl/authconn.h"
#include "sasl/authserver.h"

/*
 * The inside of sasl/authserver: its connections, and an attempt to log in on
 * one of them, from AUTH to OK or FAIL.
 */
struct authserver_conn {
	struct authconn c;
	struct list_node in_server;
	struct authserver *server;
	struct list attempts;
	/* nothing is under way any more: it may be dropped in there */
	void (*idle)(struct authserver_conn *);
	unsigned version : 1;
	unsigned old : 1; /* it has heard of other mechanisms than are offered:
			   * to be closed when nothing is under way on it */
};

/* a line AUTH, CONT or CANCEL; 0, or -1: that is no such line, or not in its
 * place */
int authattempt_line(struct authserver_conn *, const struct authwire_line *);
/* all of a connection that ends */
void authattempt_drop_all(struct authserver_conn *);
/* the same, and their clients hear "not now" */
void authattempt_later_all(struct authserver_conn *);

#endif
