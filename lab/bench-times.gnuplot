# How long the ioctl takes and how long other threads stall: medians, from the 10th to the 90th percentile. Arguments: CSV, SVG, title.
set datafile separator ","
set terminal svg noenhanced size 1180,560 font "sans,14" background rgb "white"
set output ARG2
set multiplot layout 1,2 title ARG3.": moving 256 kB to the device (medians; bars from the 10th to the 90th percentile)" font ",16"
set key top left reverse Left samplen 2
set grid ytics
set logscale y 10
set format y "%g"
set xtics rotate by -40
set xlabel "other threads of the process"
set bmargin 7
label(kind, threads) = threads == 0 ? "none" : sprintf("%d %s", threads, kind)
only(y) = column("pages") == 64 ? y : NaN
busy(y) = column("threads") > 0 && strcol("kind") ne "idle" ? only(y) : NaN
# Each row of 64 pages has a place of its own; those of other sizes come last in the file.
set xrange [-0.7:9.7]

set ylabel "ms until the ioctl returns"
plot ARG1 using ($0-0.12):(only(column("base_to_device_ns")/1e6)):(column("base_to_device_ns_p10")/1e6):(column("base_to_device_ns_p90")/1e6):xtic(label(strcol("kind"), column("threads"))) \
       with yerrorbars title "base" lc rgb "#c0392b" pt 7 ps 0.8 lw 2, \
     "" using ($0+0.12):(only(column("queue_to_device_ns")/1e6)):(column("queue_to_device_ns_p10")/1e6):(column("queue_to_device_ns_p90")/1e6) \
       with yerrorbars title "queue" lc rgb "#1f5fa8" pt 7 ps 0.8 lw 2

set ylabel "ms of the longest stall of another thread"
plot ARG1 using ($0-0.12):(busy(column("base_stall_ns")/1e6)):(column("base_stall_ns_p10")/1e6):(column("base_stall_ns_p90")/1e6):xtic(label(strcol("kind"), column("threads"))) \
       with yerrorbars title "base" lc rgb "#c0392b" pt 7 ps 0.8 lw 2, \
     "" using ($0+0.12):(busy(column("queue_stall_ns")/1e6)):(column("queue_stall_ns_p10")/1e6):(column("queue_stall_ns_p90")/1e6) \
       with yerrorbars title "queue" lc rgb "#1f5fa8" pt 7 ps 0.8 lw 2, \
     "" using ($0):(busy(column("queue_quiet_stall_ns")/1e6)) with points title "when nothing moves" lc rgb "#777777" pt 2 ps 0.7
unset multiplot
