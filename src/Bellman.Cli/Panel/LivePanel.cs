using Spectre.Console;

namespace Bellman.Cli;

/// <summary>Draws the panel over and over while training runs. Drawing has a thread of its own: training hands its figures over and waits for nothing.</summary>
internal static class LivePanel
{
    private const int FrameMilliseconds = 100;

    // Compiling what draws takes a core for a twentieth of a second: a run that is over in one gets the last frame alone, outside of training's time.
    private const int FirstFrameMilliseconds = 1000;

    /// <summary>Trains and shows it.</summary>
    /// <param name="console">Where to draw.</param>
    /// <param name="train">Trains; what it is given is to be called after each update.</param>
    public static void Show(IAnsiConsole console, Action<Action<TrainingProgress>> train)
    {
        var (state, monitor) = (new PanelState(), new TrainingMonitor());
        using var ended = new ManualResetEventSlim();
        var drawing = new Thread(() => Draw(console, state, ended)) { IsBackground = true, Name = "panel" };
        drawing.Start();
        try
        {
            train(progress =>
            {
                monitor.Add(progress);
                lock (state)
                {
                    state.Take(progress, monitor.Warnings);
                }
            });
        }
        finally
        {
            // The last frame is drawn, and the terminal left as it was, however training ended.
            ended.Set();
            drawing.Join();
        }
    }

    private static void Draw(IAnsiConsole console, PanelState state, ManualResetEventSlim ended)
    {
        ended.Wait(FirstFrameMilliseconds);
        console.Live(new Text("")).Start(context =>
        {
            for (var last = false; !last;)
            {
                // Looked at before the figures: what came last is in the last frame.
                last = ended.IsSet;
                lock (state)
                {
                    context.UpdateTarget(PanelView.Draw(state, console.Profile.Width));
                }

                context.Refresh();
                if (!last)
                {
                    ended.Wait(FrameMilliseconds);
                }
            }
        });
    }
}
