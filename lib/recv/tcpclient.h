#ifndef RECV_TCPCLIENT_H
#define RECV_TCPCLIENT_H

#include "base/ip.h"
#include "recv/inbound.h"

/*
 * tcpclient_read - who is on a connection that was accepted by another
 *
 * As tcpserver(1) and sock-serve(8) say it in the environment: TCPREMOTEIP,
 * TCPREMOTEHOST, TCPLOCALPORT, and RELAYCLIENT, PROXY and XCLIENT of its rule.
 * Where they do not say its address, the socket is asked.
 *
 * fd  the connection
 * ip  room for that address; c points there, and into the environment
 */
void tcpclient_read(struct inbound_client *c, int fd, char ip[IP_TEXT]);

#endif
