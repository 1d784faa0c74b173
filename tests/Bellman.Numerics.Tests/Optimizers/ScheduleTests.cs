namespace Bellman.Numerics.Tests;

/// <summary>Numbers that change as training goes on.</summary>
public sealed class ScheduleTests
{
    private const int Steps = 40;

    [Theory]
    [InlineData("0.5", 0.5, 0.5, 0.5, 0.5)]
    [InlineData("linear:2e-1", 0.2, 0.15, 0.1, 0)]
    [InlineData("Cosine: 2", 2, 1.7071067811865475, 1, 0)]
    [InlineData("linear:1:0.2", 1, 0.8, 0.6, 0.2)]
    [InlineData("linear:0:4", 0, 1, 2, 4)]
    [InlineData("cosine:3:1", 3, 2.7071067811865475, 2, 1)]
    [InlineData("warmup:0.25:4", 0, 4, 4, 4)]
    [InlineData("warmup:0.5:4", 0, 2, 4, 4)]
    [InlineData("WarmUp : 0.25 : linear : 3 : 1.5", 0, 3, 2.5, 1.5)]
    [InlineData("warmup:0:cosine:2", 2, 1.7071067811865475, 1, 0)]
    public void Schedule_GoesAsItsTextSays(string text, double start, double afterAQuarter, double half, double end)
    {
        var schedule = Schedule.Parse(text);
        double[] expected = [start, afterAQuarter, half, end], actual = [schedule.At(1), schedule.At(0.75), schedule.At(0.5), schedule.At(0)];
        Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First, pair.Second, 1e-15));
        Assert.Equal(end, schedule.Final);
        Assert.Equal(schedule.WarmUp == 0 ? start : schedule.At(1 - schedule.WarmUp), schedule.Initial, 1e-15);

        // Rollouts overshoot the last step a little.
        Assert.Equal(schedule.At(0), schedule.At(-0.01));
        Assert.Equal(schedule.At(1), schedule.At(1.01));
        Assert.Equal(schedule, Schedule.Parse(schedule.ToString()));
    }

    [Fact]
    public void Schedules_AreThoseOfTorch()
    {
        const double Initial = 3e-4, Final = 2e-5;
        Schedule linear = Schedule.Linear(Initial, Final), cosine = Schedule.Cosine(Initial, Final), warmed = cosine.WithWarmUp(0.25);
        Schedule constant = Initial;
        double stepped = Initial;
        for (var t = 0; t <= Steps; t++)
        {
            var remaining = 1 - ((double)t / Steps);
            Assert.Equal(Initial, constant.At(remaining));

            // torch.optim.lr_scheduler.LinearLR(start_factor=1, end_factor=Final/Initial, total_iters=Steps)
            Assert.Equal(Initial * (1 + (((Final / Initial) - 1) * Math.Min(t, Steps) / Steps)), linear.At(remaining), 1e-18);

            // CosineAnnealingLR(T_max=Steps, eta_min=Final), closed form, and the recursion that torch steps by.
            Assert.Equal(Final + (0.5 * (Initial - Final) * (1 + Math.Cos(Math.PI * t / Steps))), cosine.At(remaining), 1e-18);
            Assert.Equal(stepped, cosine.At(remaining), 1e-17);
            stepped = Final + ((stepped - Final) * (1 + Math.Cos(Math.PI * (t + 1) / Steps)) / (1 + Math.Cos(Math.PI * t / Steps)));

            // SequentialLR of a line from 0 over a quarter and CosineAnnealingLR over the rest.
            const int Warming = Steps / 4;
            var expected = t < Warming ? Initial * t / Warming : Final + (0.5 * (Initial - Final) * (1 + Math.Cos(Math.PI * (t - Warming) / (Steps - Warming))));
            Assert.Equal(expected, warmed.At(remaining), 1e-18);
        }
    }

    [Fact]
    public void LearningRate_FollowsASchedule_WithoutAllocating()
    {
        var parameter = new Parameter("w", 8);
        var optimizer = new Sgd([parameter], 1);
        var schedule = Schedule.Cosine(0.5).WithWarmUp(0.1);
        optimizer.LearningRate = schedule.At(0.3);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++)
        {
            optimizer.LearningRate = schedule.At(1 - (i / 100.0));
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.Equal(schedule.At(1 - 0.99), optimizer.LearningRate);
        Assert.Contains("LearningRate is -1", Assert.Throws<ArgumentOutOfRangeException>(() => optimizer.LearningRate = -1).Message);
        Assert.Throws<ArgumentOutOfRangeException>(() => optimizer.LearningRate = double.NaN);
    }

    [Theory]
    [InlineData("")]
    [InlineData("fast")]
    [InlineData("linear:")]
    [InlineData(":0.1")]
    [InlineData("1:0.1")]
    [InlineData("linear,cosine:0.1")]
    [InlineData("0,1")]
    [InlineData("nan")]
    [InlineData("linear:infinity")]
    [InlineData("linear:1:2:3")]
    [InlineData("constant:1:2")]
    [InlineData("linear:1:")]
    [InlineData("warmup:0.1")]
    [InlineData("warmup:1:0.1")]
    [InlineData("warmup:-0.1:0.1")]
    [InlineData("warmup:x:0.1")]
    [InlineData("warmup:0.1:warmup:0.1:0.1")]
    public void Text_ThatIsNoSchedule_IsRefusedWithWhatToWrite(string text) =>
        Assert.Contains("linear:1e-3", Assert.Throws<FormatException>(() => Schedule.Parse(text)).Message);

    [Theory]
    [InlineData(-0.1)]
    [InlineData(1)]
    [InlineData(double.NaN)]
    public void WarmUp_OfMoreThanTheTraining_IsRefused(double share) => Assert.Throws<ArgumentOutOfRangeException>(() => Schedule.Linear(1).WithWarmUp(share));
}
