package main

import (
	"context"
	"net/http"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"verso/faas"
	"verso/web"
)

// metrics are the numbers behind /metrics. Labels are routes, methods, statuses and kinds: a fixed, small set.
type metrics struct {
	registry   *prometheus.Registry
	requests   *prometheus.HistogramVec
	operations *prometheus.HistogramVec
}

func newMetrics() *metrics {
	m := &metrics{
		registry: prometheus.NewRegistry(),
		requests: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "verso_http_request_seconds", Help: "Time to answer a request, by route, method and status.",
			Buckets: []float64{.001, .005, .025, .1, .5, 2, 10, 60},
		}, []string{"route", "method", "status"}),
		operations: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "verso_operation_attempt_seconds", Help: "Time of one attempt at an operation, by kind and result.",
			Buckets: []float64{.005, .025, .1, .5, 2, 10, 60, 300},
		}, []string{"kind", "result"}),
	}
	m.registry.MustRegister(m.requests, m.operations,
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

func (m *metrics) handler() http.Handler {
	return promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{})
}

// answered notes one request. The route is the mux's pattern, never the path: paths are endless.
func (m *metrics) answered(a web.Answered) {
	m.requests.WithLabelValues(a.Request.Pattern, methodLabel(a.Request.Method), strconv.Itoa(a.Status)).Observe(a.Took.Seconds())
}

// methodLabel is the method as a label. Any word may come as a method, and each label that was ever used stays in memory.
func methodLabel(method string) string {
	switch method {
	case http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete, http.MethodOptions:
		return method
	}
	return "other"
}

// timed times every attempt at an operation.
func (m *metrics) timed(run func(context.Context, *faas.Attempt) error) func(context.Context, *faas.Attempt) error {
	return func(ctx context.Context, at *faas.Attempt) error {
		start := time.Now()
		err := run(ctx, at)
		result := "succeeded"
		if err != nil {
			result = faas.KindOf(err).String()
		}
		m.operations.WithLabelValues(string(at.Operation.Kind), result).Observe(time.Since(start).Seconds())
		return err
	}
}
